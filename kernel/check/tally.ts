import type { StagePool } from '../db/database.ts'
import type { Check } from './check.ts'
import { type CheckTally, type Counts, NO_COUNTS } from './roll-up.ts'

export interface TallyQuestion {
  readonly checks: readonly Check[]
  /** Systems asked about, by number; null: all. */
  readonly systems: readonly number[] | null
  readonly at: Date
  /** False: rows as they stood at `at`, from the store. */
  readonly current: boolean
}

export interface Tallied extends CheckTally {
  /** Oldest of the newest readings that the check rests on; null where nothing was ever read. */
  readonly measuredAt: Date | null
}

/** Without a judgement for so long, what the rows say is no longer taken as current. */
const JUDGE_SILENT_AFTER = '30 minutes'

/**
 * Counts the rows of each check: statuses, those too old for their freshness (`stale`), alarms under a live exception.
 * Freshness is looked at here, at the time of asking, so that a collector or judge that died cannot leave a green light.
 */
export async function tallyChecks(pool: StagePool, question: TallyQuestion): Promise<Map<string, Tallied>> {
  const { checks, systems, at, current } = question
  const asked = checks.map((c) => ({ name: c.id, kind: c.appliesTo, freshness: c.freshness, reads: c.reads }))
  const rows = await pool.query<Row>(current ? SQL.now : SQL.past, [JSON.stringify(asked), systems, at])
  return new Map(
    rows.map((row) => [
      row.name,
      {
        counts: { ...NO_COUNTS, ...row.counts },
        systems: row.systems,
        judged: row.judged,
        measuredAt: row.measured_at,
      },
    ]),
  )
}

interface Row {
  readonly name: string
  readonly counts: Partial<Counts>
  readonly systems: number
  readonly judged: number
  readonly measured_at: Date | null
}

const sql = (tense: 'now' | 'past'): string => `
with asked as materialized (
  select a.name, a.kind, a.freshness::interval as freshness, a.reads, n.id
  from jsonb_to_recordset($1::jsonb) as a(name text, kind text, freshness text, reads text[])
  left join finding.check_name n on n.name = a.name),
scope as materialized (
  select s.id, s.kind from desk.system s
  where s.added_at <= $3::timestamptz and (s.removed_at is null or s.removed_at > $3::timestamptz)
    and ($2::int[] is null or s.id = any($2::int[]))),
pulse as materialized (${tense === 'now' ? PULSE_NOW : PULSE_PAST}),
age as materialized (
  select a.id as check_id, p.system_id, min(p.last_ok_at) as oldest
  from asked a cross join unnest(a.reads) as r(kind) join pulse p on p.kind = r.kind
  group by 1, 2),
silent as (${tense === 'now' ? SILENT : 'select false as yes'}),
late as materialized (
  select g.check_id, g.system_id from age g join asked a on a.id = g.check_id
  where g.oldest < $3::timestamptz - a.freshness),
excepted as materialized (
  select e.check_name, e.resource, s.id as system_id
  from desk.exception e
  left join desk.system s on s.name = e.system_name
  left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $3::timestamptz
  where e.created_at <= $3::timestamptz and e.until > $3::timestamptz and x.exception_id is null
    and (e.system_name is null or s.id is not null)),
counted as materialized (
  select r.check_id, r.system_id, r.status, r.excepted, count(*) as n
  from (
    select v.check_id, v.system_id, v.status,
      v.status = 'alarm' and exists (
        select from excepted e join asked a on a.name = e.check_name
        where a.id = v.check_id and (e.system_id is null or e.system_id = v.system_id)
          and (e.resource is null or e.resource = v.resource)) as excepted
    from finding.verdict_row v
    where ${tense === 'now' ? `v.valid_to = 'infinity'` : 'v.valid_from <= $3::timestamptz and v.valid_to > $3::timestamptz'}
      and v.check_id in (select id from asked) and v.system_id in (select id from scope)) r
  group by 1, 2, 3, 4),
named as (
  select c.check_id, c.system_id, c.n,
    case when c.excepted then 'excepted'
      when c.status not in ('alarm', 'error') and ((select yes from silent) or l.check_id is not null) then 'stale'
      else c.status::text end as status
  from counted c left join late l on l.check_id = c.check_id and l.system_id = c.system_id),
totals as (
  select check_id, jsonb_object_agg(status, n) as counts from
    (select check_id, status, sum(n) as n from named group by 1, 2) t group by 1),
judged as (select check_id, count(distinct system_id) as n from counted group by 1)
select a.name, coalesce(t.counts, '{}') as counts,
  (select count(*) from scope s where s.kind = a.kind) as systems,
  coalesce(j.n, 0) as judged,
  (select min(g.oldest) from age g join scope s on s.id = g.system_id and s.kind = a.kind where g.check_id = a.id) as measured_at
from asked a
left join totals t on t.check_id = a.id
left join judged j on j.check_id = a.id`

const SILENT = `
  select coalesce(max(at) < $3::timestamptz - interval '${JUDGE_SILENT_AFTER}', true) as yes from finding.judgement`
const PULSE_NOW = 'select system_id, kind, last_ok_at from collect.pulse'
const PULSE_PAST = `
  select c.system_id, k.kind, max(c.at) filter (where not c.failures ? k.kind) as last_ok_at
  from collect.collection c, unnest(c.kinds) as k(kind)
  where c.at <= $3::timestamptz group by 1, 2`

const SQL = { now: sql('now'), past: sql('past') }
