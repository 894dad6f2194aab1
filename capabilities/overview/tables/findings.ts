import type { Check } from '../../../kernel/check/check.ts'
import { reasonText } from '../../../kernel/check/row-words.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { SEVERITIES } from '../contract.ts'
import type { FindingRow } from '../contract-tables.ts'
import { hasAll, likely, type Order, orderOf, wordsOf } from './order.ts'

export interface FindingQuestion {
  readonly q: string
  readonly sort: string
  readonly offset: number
  readonly limit: number
  readonly state: 'open' | 'closed' | 'all'
  readonly status: 'alarm' | 'error' | 'stale' | undefined
  readonly severity: (typeof SEVERITIES)[number] | undefined
  readonly control: string | undefined
  readonly system: string | undefined
  readonly check: string | undefined
}

type Deps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock'>

const COLUMNS = ['status', 'severity', 'system', 'resource', 'openedAt'] as const
type Column = (typeof COLUMNS)[number]

/** What each column sorts by: nothing of the query string is in it. */
const BY: Readonly<Record<Column, string>> = {
  status: 'b.status',
  severity: 'c.severity',
  system: 's.name',
  resource: 'b.resource',
  openedAt: 'b.valid_from',
}

/**
 * Findings: rows that are not fine, the last of each run. `openedAt` is the beginning of the run; the column of that name sorts by
 * the last change, which is what a reader looks for.
 */
export async function findingTable(
  deps: Deps,
  question: FindingQuestion,
): Promise<{ total: number; rows: readonly FindingRow[] }> {
  const order = orderOf<Column>(question.sort, COLUMNS, { column: 'severity', down: true })
  const asked = checksAsked(deps, question)
  const params = [
    JSON.stringify(asked.map((c) => ({ id: c.id, severity: SEVERITIES.indexOf(c.severity), told: c.told }))),
    question.state,
    question.status ?? null,
    question.system ?? null,
    wordsOf(question.q).map(likely),
    deps.clock.now(),
  ]
  const pool = deps.database.stage('bf_publish')
  const [count, rows] = await Promise.all([
    pool.query<{ total: number }>(`${SCOPE} select count(*) as total from scope`, params),
    pool.query<Stored>(pageSql(order), [...params, question.offset, question.limit]),
  ])
  return { total: count[0]?.total ?? 0, rows: rows.flatMap((row) => rowOf(deps, row)) }
}

interface Asked extends Pick<Check, 'id' | 'severity'> {
  /** Words of the title and the controls, so that they can be searched, too. */
  readonly told: string
}

function checksAsked({ policy, checks }: Deps, question: FindingQuestion): readonly Asked[] {
  const words = wordsOf(question.q)
  return [...checks.values()].flatMap((check) => {
    const controls = controlsOf(policy, check.id)
    if (question.check !== undefined && check.id !== question.check) return []
    if (question.severity !== undefined && check.severity !== question.severity) return []
    if (question.control !== undefined && !controls.includes(question.control)) return []
    const told = `${check.id} ${check.title.de} ${check.title.en} ${controls.join(' ')}`.toLowerCase()
    return [{ id: check.id, severity: check.severity, told: hasAll(words, told) ? '*' : told }]
  })
}

const controlsOf = (policy: Deps['policy'], check: string): readonly string[] =>
  policy.controls.filter((c) => c.checks.some((id) => id === check)).map((c) => c.id)

interface Stored {
  readonly id: number
  readonly check: string
  readonly system: string
  readonly resource: string
  readonly status: FindingRow['status']
  readonly reason: string
  readonly dims: Record<string, unknown> | null
  readonly opened: Date
  readonly seen: Date | null
  readonly closed: Date | null
  readonly excepted: boolean
}

export function rowOf({ checks, policy }: Pick<Deps, 'checks' | 'policy'>, row: Stored): readonly FindingRow[] {
  const check = checks.get(row.check)
  if (check === undefined) return []
  return [
    {
      id: row.id,
      status: row.status,
      severity: check.severity,
      controls: [...controlsOf(policy, check.id)],
      check: check.id,
      title: check.title,
      system: row.system,
      resource: row.resource,
      text: { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') },
      openedAt: row.opened.toISOString(),
      lastSeenAt: row.seen?.toISOString() ?? null,
      closedAt: row.closed?.toISOString() ?? null,
      excepted: row.excepted,
    },
  ]
}

/** A run goes on where the next row of the same resource that is not fine begins the instant this one ends. */
const SCOPE = `
with asked as materialized (
  select n.id, n.name, a.severity, a.told
  from jsonb_to_recordset($1::jsonb) as a(id text, severity int, told text) join finding.check_name n on n.name = a.id),
b as not materialized (
  select r.* from finding.verdict_row r
  where r.status in ('alarm', 'error', 'stale') and ($2 <> 'open' or r.valid_to = 'infinity')
    and ($2 <> 'closed' or r.valid_to <> 'infinity')
    and (r.valid_to = 'infinity' or not exists (
      select from finding.verdict_row x where x.status in ('alarm', 'error', 'stale') and x.check_id = r.check_id
        and x.system_id = r.system_id and x.resource = r.resource and x.valid_from = r.valid_to and x.id <> r.id))),
scope as not materialized (
  select b.id, b.check_id, b.status, b.resource, b.valid_from, s.name as system, c.severity
  from b join asked c on c.id = b.check_id join desk.system s on s.id = b.system_id and s.removed_at is null
  where ($3::text is null or b.status::text = $3) and ($4::text is null or s.name = $4)
    and (cardinality($5::text[]) = 0 or c.told = '*'
      or lower(b.resource || ' ' || s.name || ' ' || b.reason || ' ' || c.told) like all ($5::text[]))
    and $6::timestamptz is not null)`

const pageSql = ({ column, down }: Order<Column>): string => {
  const key = BY[column].replace(/^[bcs]\./, 'scope.').replace('scope.name', 'scope.system')
  const direction = down ? 'desc' : 'asc'
  return `${SCOPE},
page as (
  select scope.id, row_number() over (order by ${key} ${direction}, scope.id) as place from scope
  order by ${key} ${direction}, scope.id offset $7 limit $8)
select r.id, n.name as check, s.name as system, r.resource, r.status::text as status, r.reason, r.dims,
  o.opened, nullif(r.valid_to, 'infinity') as closed,
  case when r.valid_to = 'infinity' then (select max(u.last_ok_at) from collect.pulse u where u.system_id = r.system_id)
    else r.valid_to end as seen,
  ${EXCEPTED} as excepted
from page p join finding.verdict_row r on r.id = p.id
join finding.check_name n on n.id = r.check_id join desk.system s on s.id = r.system_id
cross join lateral (${OPENED}) o
order by p.place`
}

/** Walks back from a row through the rows of its run. */
export const OPENED = `
  with recursive run as (
    select r.valid_from as begins
    union all
    select e.valid_from from run join finding.verdict_row e on e.check_id = r.check_id and e.system_id = r.system_id
      and e.resource = r.resource and e.valid_to = run.begins and e.valid_from < run.begins
      and e.status in ('alarm', 'error', 'stale'))
  select min(begins) as opened from run`

export const EXCEPTED = `
  (r.status = 'alarm' and exists (
    select from desk.exception e left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $6
    where e.check_name = n.name and (e.system_name is null or e.system_name = s.name)
      and (e.resource is null or e.resource = r.resource)
      and e.created_at <= $6 and e.until > $6 and x.exception_id is null))`
