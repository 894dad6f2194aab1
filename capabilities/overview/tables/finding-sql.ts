import type { FindingOrder } from './finding-question.ts'

/** What each column sorts by: nothing of a query string is in it. */
const BY: Readonly<Record<FindingOrder['column'], string>> = {
  status: 'b.status',
  severity: 'c.severity',
  check: 'c.name',
  system: 's.name',
  resource: 'b.resource',
  openedAt: 'o.opened',
  closedAt: 'b.valid_to',
}

/**
 * Numbers of the matching rows in their order, packed. A finding is a run of rows that are not fine, one after the other without a gap; it
 * is told by the last of them. `$1` checks, `$2` state, `$3` status, `$4` system, `$5` words as patterns.
 */
export const listSql = ({ column, down }: FindingOrder): string => `
with asked as materialized (
  select n.id, n.name, a.severity, a.told, a."all", a.reasons
  from jsonb_to_recordset($1::jsonb) as a(id text, severity int, told text, "all" boolean, reasons jsonb)
  join finding.check_name n on n.name = a.id)
select string_agg(int8send(b.id), ''::bytea order by ${BY[column]} ${down ? 'desc' : 'asc'}, b.id) as ids
from finding.verdict_row b
join asked c on c.id = b.check_id
join desk.system s on s.id = b.system_id and s.removed_at is null
${column === 'openedAt' ? `join (${RUNS}) o on o.id = b.id` : ''}
where b.status in ('alarm', 'error', 'stale')
  and ($2 <> 'open' or b.valid_to = 'infinity') and ($2 <> 'closed' or b.valid_to <> 'infinity')
  and ($3::text is null or b.status = $3::finding.status) and ($4::text is null or s.name = $4)
  and (b.valid_to = 'infinity' or not exists (
    select from finding.verdict_row x where x.status in ('alarm', 'error', 'stale') and x.check_id = b.check_id
      and x.system_id = b.system_id and x.resource = b.resource and x.valid_from = b.valid_to and x.id <> b.id))
  and (c."all" or lower(concat_ws(' ', b.resource, s.name, b.reason, b.dims::text, c.told, c.reasons ->> b.reason))
    like all ($5::text[]))`

/** Each row with the beginning of its run. */
const RUNS = `
  select id, max(valid_from) filter (where begins) over (partition by check_id, system_id, resource order by valid_from, id) as opened
  from (
    select id, check_id, system_id, resource, valid_from,
      lag(valid_to) over (partition by check_id, system_id, resource order by valid_from, id) is distinct from valid_from as begins
    from finding.verdict_row
    where status in ('alarm', 'error', 'stale') and check_id in (select id from asked)
      and ($4::text is null or system_id = (select id from desk.system where name = $4))) marked`

/** Walks back from a row `r` through the rows of its run. */
const OPENED = `
  with recursive run as (
    select r.valid_from as begins
    union all
    select e.valid_from from run join finding.verdict_row e on e.check_id = r.check_id and e.system_id = r.system_id
      and e.resource = r.resource and e.valid_to = run.begins and e.valid_from < run.begins
      and e.status in ('alarm', 'error', 'stale'))
  select min(begins) as opened from run`

/** Rows by their numbers (`$1`), in that order, as they are at `$2`; `$3`: what each check reads. */
export const ROWS = `
with reads as materialized (select * from jsonb_to_recordset($3::jsonb) as a(id text, reads text[]))
select r.id, r.check_id as "checkNumber", r.system_id as "systemNumber", n.name as "check", s.name as system, r.resource,
  r.status::text as status, r.reason, r.dims, o.opened, nullif(r.valid_to, 'infinity') as closed,
  case when r.valid_to = 'infinity' then seen.at else r.valid_to end as seen,
  r.status = 'alarm' and exists (
    select from desk.exception e left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $2
    where e.check_name = n.name and (e.system_name is null or e.system_name = s.name)
      and (e.resource is null or e.resource = r.resource)
      and e.created_at <= $2 and e.until > $2 and x.exception_id is null) as excepted
from unnest($1::bigint[]) with ordinality as p(id, place)
join finding.verdict_row r on r.id = p.id
join finding.check_name n on n.id = r.check_id
join desk.system s on s.id = r.system_id
left join reads a on a.id = n.name
cross join lateral (
  select case when count(u.last_ok_at) = cardinality(a.reads) then min(u.last_ok_at) end as at
  from collect.pulse u where u.system_id = r.system_id and u.kind = any(a.reads)) seen
cross join lateral (${OPENED}) o
where r.status in ('alarm', 'error', 'stale')
order by p.place`

/** The last row of the run that a row belongs to. */
export const LAST_OF_RUN = `
  with recursive run as (
    select r.id, r.check_id, r.system_id, r.resource, r.valid_from, r.valid_to from finding.verdict_row r
    where r.id = $1 and r.status in ('alarm', 'error', 'stale')
    union all
    select e.id, e.check_id, e.system_id, e.resource, e.valid_from, e.valid_to from run
    join finding.verdict_row e on e.check_id = run.check_id and e.system_id = run.system_id and e.resource = run.resource
      and e.valid_from = run.valid_to and e.valid_to > e.valid_from and e.status in ('alarm', 'error', 'stale'))
  select id from run order by valid_to desc, id desc limit 1`
