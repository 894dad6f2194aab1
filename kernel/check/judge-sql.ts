import { FACTS, type FactKind } from '../../facts/kinds.ts'
import { columnsOf } from '../db/fact-tables.ts'
import type { Check } from './check.ts'

/** `now`: the facts that hold. `$5`: the facts that held at that instant, for questions about the past. */
export type Tense = 'now' | 'past'

const holds = (tense: Tense, alias: string): string =>
  tense === 'now'
    ? `${alias}.valid_to = 'infinity'`
    : `${alias}.valid_from <= $2::timestamptz and ${alias}.valid_to > $2::timestamptz`

/** A check sees a relation per declared kind, as a common table expression: what it did not declare does not exist. */
function relation(kind: FactKind, tense: Tense, fleet: boolean): string {
  const columns = columnsOf(kind).map((c) => `f.${c.column}`)
  const scope = fleet ? '' : ' and f.system_id = any($1::int[])'
  const name = fleet ? `fleet_${kind}` : kind
  return `${name} as (
    select f.system_id as system, f.valid_from as since, ${columns.join(', ')}
    from fact.${kind} f where ${holds(tense, 'f')}${scope})`
}

/**
 * The part of a judgement that reads: rows (system, resource, status, reason, dims) of one check over many systems.
 *
 * Parameters: `$1` int[] systems, `$2` timestamptz now, `$3` text[] kinds read. Adds the rows that a check cannot give
 * itself: a system whose facts were never read or could not be read, and an empty scope.
 */
export function readingSql(check: Check, tense: Tense): string {
  const relations = [
    ...check.reads.map((kind) => relation(kind, tense, false)),
    ...(check.fleet ?? []).map((kind) => relation(kind, tense, true)),
  ]
  const dims =
    check.dimensions.length === 0
      ? 'null::jsonb'
      : `jsonb_build_object(${check.dimensions.map((d) => `'${d}', c.${d}`).join(', ')})`
  return `
  scope as materialized (select unnest($1::int[]) as system, $2::timestamptz as at),
  systems as (
    select s.id as system, s.name, s.kind from desk.system s where s.id = any($1::int[])),
  fleet_systems as (select s.id as system, s.name, s.kind from desk.system s),
  ${relations.join(',\n  ')},
  gap as materialized (
    select s.system, min(p.last_ok_at) as oldest, count(p.last_ok_at) < cardinality($3::text[]) as never,
      (array_agg(p.failure order by p.kind) filter (where p.failure is not null))[1] as failure
    from scope s left join (${PULSE[tense]}) p on p.system_id = s.system
    group by s.system),
  judged as materialized (
    select distinct on (c.system, c.resource)
      c.system, c.resource::text collate "C" as resource, c.status::finding.status as status,
      c.reason::text collate "C" as reason, ${dims} as dims
    from (${withTime(check.sql)}) c
    join gap g on g.system = c.system and not g.never
    order by c.system, c.resource, c.status::finding.status),
  seen as materialized (
    select * from judged
    union all
    select g.system, '*', 'error', 'could_not_read',
      jsonb_build_object('code', g.failure -> 'code', 'detail', g.failure -> 'detail')
    from gap g where g.failure is not null
    union all
    select g.system, '*', 'stale', 'never_collected', null from gap g where g.never and g.failure is null
    union all
    select g.system, '*', 'skip', 'nothing_in_scope', null
    from gap g where not g.never and g.failure is null and not exists (select from judged j where j.system = g.system))`
}

/** The newest heartbeat per kind: kept at hand for now, looked up among the collections for the past. */
const PULSE: Record<Tense, string> = {
  now: `select system_id, kind, last_ok_at, failure from collect.pulse
      where kind = any($3::text[]) and system_id = any($1::int[])`,
  past: `select t.system_id, t.kind, ok.at as last_ok_at, t.failure
      from (
        select distinct on (c.system_id, k.kind) c.system_id, k.kind, c.failures -> k.kind as failure
        from collect.collection c, unnest(c.kinds) as k(kind)
        where c.system_id = any($1::int[]) and c.at <= $2::timestamptz and k.kind = any($3::text[])
        order by c.system_id, k.kind, c.at desc) t
      left join lateral (
        select c.at from collect.collection c
        where c.system_id = t.system_id and c.at <= $2::timestamptz and t.kind = any(c.kinds) and not c.failures ? t.kind
        order by c.at desc limit 1) ok on true`,
}

const withTime = (sql: string): string => sql.trim().replace(/;\s*$/, '').replaceAll(':now', '$2::timestamptz')

/**
 * Reads, compares with the rows that hold, writes the difference and its evidence entry, in one statement, so that no
 * kill can part them. Parameters as in {@link readingSql}, and `$4` int the check's number. The entry's body is
 * canonical JSON as it stands: ASCII names and integers, keys in order.
 *
 * @returns one row: `seen`, `opened`, `closed` (counts), `entry` (position of the evidence entry, null if no change)
 */
export function judgingSql(check: Check): string {
  return `with ${readingSql(check, 'now')},
  held as materialized (
    select id, system_id, resource, status, reason, dims from finding.verdict_row
    where check_id = $4::int and valid_to = 'infinity' and system_id = any($1::int[])),
  difference as materialized (
    select n.system, n.resource, n.status, n.reason, n.dims, h.id
    from seen n full join held h on h.system_id = n.system and h.resource = n.resource
    where h.id is null or n.system is null or n.status <> h.status or n.reason <> h.reason
      or n.dims is distinct from h.dims),
  opened as (
    insert into finding.verdict_row (check_id, system_id, status, valid_from, resource, reason, dims)
    select $4::int, system, status, $2::timestamptz, resource, reason, dims from difference where system is not null
    returning 1),
  closed as (
    select finding.close_rows(ids, $2::timestamptz) as n
    from (select array_agg(id) as ids from difference where id is not null) d where ids is not null),
  result as materialized (
    select (select count(*) from seen) as seen, (select count(*) from opened) as opened,
      coalesce((select n from closed), 0) as closed,
      (select encode(sha256(convert_to(string_agg(
          concat_ws(' ', system, resource, status, reason, dims, id), chr(10) order by system, resource, id), 'UTF8')), 'hex')
        from difference) as digest)
  select seen, opened, closed,
    case when digest is not null then evidence.append($2::timestamptz, 'verdicts', format(
      '{"check":"${check.id}","closed":%s,"digest":"%s","opened":%s,"rows":%s}', closed, digest, opened, seen)) end as entry
  from result`
}

/** True where the check's verdict changes with time alone and must be judged again without a new fact. */
export const dependsOnTime = (check: Check): boolean => check.sql.includes(':now')

/**
 * Whether a check's declarations fit the facts: kinds exist, are about its kind of system, its SQL takes no clock of
 * the database. Returns what is wrong, or null.
 */
export function declarationProblem(check: Check): string | null {
  for (const kind of check.reads) {
    const about = FACTS.get(kind)?.about
    if (about === undefined) return `reads unknown kind ${kind}`
    if (about !== 'any' && about !== check.appliesTo) return `reads ${kind}, which is about ${about}`
  }
  for (const kind of check.fleet ?? []) if (!FACTS.has(kind)) return `fleet names unknown kind ${kind}`
  if (/\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(/i.test(check.sql)) {
    return 'takes the time from the database'
  }
  if (/\b(current_(date|time|timestamp)|localtime(stamp)?)\b/i.test(check.sql))
    return 'takes the time from the database'
  return null
}
