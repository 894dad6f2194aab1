import type { Check } from '../../../kernel/check/check.ts'
import type { Database, StagePool } from '../../../kernel/db/database.ts'

export interface LargeHouse {
  readonly checks: readonly Check[]
  /** Ids of promises that have a history of 90 days. */
  readonly controls?: readonly string[]
  readonly systems: number
  /** Rows that stand, of which one in `okEvery` is fine; a few of the others have a past. */
  readonly rows: number
  readonly okEvery: number
  readonly entries: number
  readonly now: Date
}

/**
 * Fills a database as a large installation would, set by set: systems, rows of checks, heartbeats, judgements, states of 90 days,
 * entries. What the rows say is made up; that they are read as what they say is what is looked at.
 */
export async function fillLargeHouse(database: Database, house: LargeHouse): Promise<void> {
  const owner = database.stage('bf_owner')
  const { now, checks } = house
  await owner.query(
    `insert into desk.system (name, kind, added_at)
     select 'big-' || n, $2, $3::timestamptz - interval '1 year' from generate_series(1, $1::int) n`,
    [house.systems, checks[0]?.appliesTo ?? 'host', now],
  )
  await rowsOf(owner, house)
  await owner.query(
    `insert into collect.pulse (system_id, kind, last_ok_at, last_try_at)
     select s.id, k, $2::timestamptz - make_interval(secs => s.id % 60), $2 from desk.system s, unnest($1::text[]) k
     where s.name like 'big-%'`,
    [[...new Set(checks.flatMap((c) => c.reads))], now],
  )
  await owner.query(
    `insert into finding.judgement (at, cause, checks, systems, rows, opened, closed)
     select $1::timestamptz - make_interval(mins => 30 * n), 'test', 1, 1, 1, 0, 0 from generate_series(0, 48 * 90) n`,
    [now],
  )
  await owner.query(STATES, [house.controls ?? [], now])
  await owner.query(ENTRIES, [house.entries, now, checks.map((c) => c.id)])
  await owner.query('analyze')
}

async function rowsOf(owner: StagePool, { checks, rows, okEvery, now }: LargeHouse): Promise<void> {
  const names = checks.map((c) => c.id)
  const reasons = checks.map((c) => Object.keys(c.reasons)[0] ?? 'x')
  await owner.query('insert into finding.check_name (name) select unnest($1::text[]) on conflict do nothing', [names])
  await owner.query(ROWS, [names, reasons, rows, okEvery, now])
  // Some were something else before, some were mended once and broke again.
  for (const [every, gap] of [
    [5, '0 minutes'],
    [7, '90 minutes'],
  ] as const) {
    await owner.query(
      `insert into finding.verdict_row (check_id, system_id, status, resource, reason, dims, valid_from, valid_to)
       select check_id, system_id, 'error', resource, 'could_not_read', '{"code": "x"}',
         valid_from - $2::interval - interval '3 hours', valid_from - $2::interval
       from finding.verdict_row where valid_to = 'infinity' and status <> 'ok' and id % $1 = 0`,
      [every, gap],
    )
  }
}

const ROWS = `
  insert into finding.verdict_row (check_id, system_id, status, resource, reason, dims, valid_from)
  select c.id, s.id, case when n % $4 = 0 then 'ok' when n % 11 = 0 then 'error' else 'alarm' end::finding.status,
    'resource-' || n, ($2::text[])[1 + n % cardinality($2::text[])], jsonb_build_object('n', n),
    $5::timestamptz - make_interval(mins => n % 100000)
  from generate_series(1, $3::int) n
  join (select id, row_number() over (order by id) - 1 as i, count(*) over () as total from finding.check_name
    where name = any($1::text[])) c on c.i = n % c.total
  join (select id, row_number() over (order by id) - 1 as i, count(*) over () as total from desk.system
    where name like 'big-%') s on s.i = (n / 7) % s.total`

/** A new row every hour, because the counts changed; another state every third day. */
const STATES = `
  insert into finding.control_state (control, state, counts, valid_from, valid_to)
  select c, case when (n / 72 + i) % 3 = 0 then 'ok' when (n / 72 + i) % 3 = 1 then 'alarm' else 'stale' end,
    jsonb_build_object('alarm', n), $2::timestamptz - make_interval(hours => n),
    case when n = 0 then 'infinity' else $2::timestamptz - make_interval(hours => n - 1) end
  from unnest($1::text[]) with ordinality as u(c, i), generate_series(0, 24 * 90) n`

/** Most entries tell of collections; every tenth tells of changed rows or of a judgement. */
const ENTRIES = `
  insert into evidence.entry (position, previous, at, kind, body, digest, salt)
  select p.place, nullif(p.place, 0) - 1, $2::timestamptz - make_interval(secs => $1::int - p.g), e.kind, e.body,
    sha256(convert_to(e.body, 'UTF8')), sha256('y')
  from (select coalesce((select max(position) + 1 from evidence.entry), 0) + g as place, g from generate_series(0, $1::int - 1) g) p
  cross join lateral (
    select case when p.g % 10 = 0 then 'judgement' when p.g % 10 = 5 then 'verdicts' else 'collection' end as kind,
      case when p.g % 10 = 0 then '{"cause":"test","checks":1,"closed":0,"opened":1,"rows":1,"systems":1}'
        when p.g % 10 = 5 then format('{"check":"%s","closed":0,"digest":"0","opened":1,"rows":1}',
          ($3::text[])[1 + p.g % cardinality($3::text[])])
        else format('{"began":"x","failures":{},"kinds":{},"system":"big-%s"}', p.g % 1000) end as body) e`
