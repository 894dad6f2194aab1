import type { Check } from '../../../kernel/check/check.ts'
import { reasonText } from '../../../kernel/check/row-words.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { type PolicyLine, SEVERITIES } from '../contract.ts'

/** Something that is wrong, with what it is compared by. */
export interface WorstRow {
  readonly check: Check
  readonly system: string
  readonly resource: string
  readonly status: (typeof STATUSES)[number]
  readonly reason: string
  readonly dims: Record<string, unknown> | null
  readonly since: Date
}
/** Worst first, as a state is rolled up. */
const STATUSES = ['alarm', 'error', 'stale'] as const

/** Per check the oldest thing that is wrong and not excepted, the worst status first. */
export async function worstRows(
  pool: StagePool,
  checks: readonly Check[],
  at: Date,
): Promise<ReadonlyMap<string, WorstRow>> {
  const byId = new Map(checks.map((c) => [c.id as string, c]))
  const rows = await pool.query<Omit<WorstRow, 'check'> & { readonly id: string }>(SQL, [[...byId.keys()], at])
  return new Map(
    rows.flatMap(({ id, ...row }) => {
      const check = byId.get(id)
      return check === undefined ? [] : [[id, { ...row, check }] as const]
    }),
  )
}

/** Of several checks' rows the worst: by status, then by the check's severity, then the oldest. In words. */
export function worstOf(rows: readonly WorstRow[]): PolicyLine['worst'] {
  const [row] = [...rows].sort(
    (a, b) =>
      STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) ||
      SEVERITIES.indexOf(b.check.severity) - SEVERITIES.indexOf(a.check.severity) ||
      a.since.getTime() - b.since.getTime(),
  )
  if (row === undefined) return null
  const { check, system, resource, status } = row
  return { text: { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') }, system, resource, status }
}

const SQL = `
with live as materialized (
  select e.check_name, e.resource, s.id as system_id
  from desk.exception e
  left join desk.system s on s.name = e.system_name
  left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $2
  where e.created_at <= $2 and e.until > $2 and x.exception_id is null and (e.system_name is null or s.id is not null))
select n.name as id, s.name as system, w.resource, w.status::text as status, w.reason, w.dims, w.valid_from as since
from finding.check_name n
cross join lateral (
  select r.* from finding.verdict_row r
  where r.check_id = n.id and r.valid_to = 'infinity' and r.status in ('alarm', 'error', 'stale')
    and exists (select from desk.system s where s.id = r.system_id and s.removed_at is null)
    and not (r.status = 'alarm' and exists (
      select from live e where e.check_name = n.name and (e.system_id is null or e.system_id = r.system_id)
        and (e.resource is null or e.resource = r.resource)))
  order by r.status, r.valid_from, r.id limit 1) w
join desk.system s on s.id = w.system_id
where n.name = any($1::text[])`
