import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { PersonDetail, PersonRow } from '../contract-tables.ts'
import { hasAll, orderOf, sorted, wordsOf } from './order.ts'

type Deps = Pick<RouteDeps, 'database'>
export interface PersonQuestion {
  readonly q: string
  readonly sort: string
  readonly offset: number
  readonly limit: number
  readonly status: PersonRow['status'] | undefined
}

const COLUMNS = ['name', 'person', 'status', 'accounts', 'entitlements', 'keys', 'open'] as const

/** The register of people, with what each has. Reads facts, as the stage that auditors are shown things by. */
export async function personTable({ database }: Deps, question: PersonQuestion) {
  const words = wordsOf(question.q)
  const { column, down } = orderOf(question.sort, COLUMNS, { column: 'name', down: false })
  const people = await database.stage('bf_audit').query<PersonRow>(PEOPLE, [null])
  const matching = people.filter(
    (p) => hasAll(words, p.person, p.name, p.email) && (question.status === undefined || p.status === question.status),
  )
  const ordered = sorted(
    matching,
    down,
    (p) => p[column],
    (p) => p.person,
  )
  return { total: matching.length, rows: ordered.slice(question.offset, question.offset + question.limit) }
}

/** @throws {BergfriedError} `http.not_found` */
export async function personOf({ database }: Deps, id: string): Promise<PersonDetail> {
  const audit = database.stage('bf_audit')
  const [person] = await audit.query<PersonRow>(PEOPLE, [id])
  if (person === undefined) throw new BergfriedError('http.not_found', { what: `person ${id.slice(0, 100)}` })
  const [accounts, entitlements, keys] = await Promise.all([
    audit.query<PersonDetail['accounts'][number]>(ACCOUNTS, [id]),
    audit.query<PersonDetail['entitlements'][number]>(ENTITLEMENTS, [id]),
    audit.query<PersonDetail['keys'][number]>(
      `select fingerprint, until::text as until from fact.enrolled_key
       where owner = $1 and valid_to = 'infinity' order by 1 limit 1000`,
      [id],
    ),
  ])
  return { person, accounts: [...accounts], entitlements: [...entitlements], keys: [...keys] }
}

/** Open findings count where the resource is the person, or an account of the person on that system. */
const PEOPLE = `
with owned as materialized (
  select owner, account, target_system from fact.account_owner
  where owner_kind = 'person' and valid_to = 'infinity' and ($1::text is null or owner = $1)),
bad as materialized (
  select s.name as system, r.resource, count(*) as n
  from finding.verdict_row r join desk.system s on s.id = r.system_id and s.removed_at is null
  where r.valid_to = 'infinity' and r.status in ('alarm', 'error', 'stale') group by 1, 2),
named as (
  select p.person, b.n from fact.person p join bad b on b.resource = p.person
  where p.valid_to = 'infinity' and ($1::text is null or p.person = $1)
  union all
  select o.owner, b.n from owned o join bad b on b.resource = o.account and (o.target_system = '*' or b.system = o.target_system)
  where o.account <> o.owner),
open as (select person, sum(n)::int as n from named group by 1),
accounts as (select owner, count(*)::int as n from owned group by 1),
rights as (
  select o.owner, count(*)::int as n from fact.entitlement e
  join owned o on o.account = e.account and (o.target_system = e.target_system or o.target_system = '*')
  where e.valid_to = 'infinity' group by 1),
keys as (select owner, count(*)::int as n from fact.enrolled_key where valid_to = 'infinity' group by 1)
select p.person, p.display_name as name, p.email, p.status, p.starts_on::text as "startsOn", p.ends_on::text as "endsOn",
  coalesce(a.n, 0) as accounts, coalesce(r.n, 0) as entitlements, coalesce(k.n, 0) as keys, coalesce(o.n, 0) as open
from fact.person p
left join accounts a on a.owner = p.person left join rights r on r.owner = p.person
left join keys k on k.owner = p.person left join open o on o.person = p.person
where p.valid_to = 'infinity' and ($1::text is null or p.person = $1)`

const ACCOUNTS = `
select target_system as system, account from fact.account_owner
where owner_kind = 'person' and owner = $1 and valid_to = 'infinity' order by 1, 2 limit 1000`

const ENTITLEMENTS = `
select distinct e.target_system as system, e.account, e.privilege, e.need, e.approved_by as "approvedBy", e.until::text as until
from fact.entitlement e join fact.account_owner o on o.account = e.account
  and (o.target_system = e.target_system or o.target_system = '*') and o.valid_to = 'infinity'
where o.owner_kind = 'person' and o.owner = $1 and e.valid_to = 'infinity' order by 1, 2 limit 1000`
