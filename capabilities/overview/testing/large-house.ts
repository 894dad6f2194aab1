import type { Check } from '../../../kernel/check/check.ts'
import type { Database } from '../../../kernel/db/database.ts'

export interface LargeHouse {
  readonly checks: readonly Check[]
  readonly systems: number
  /** Open rows, of which one in `okEvery` is fine. */
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
  const { now } = house
  const names = house.checks.map((c) => c.id)
  const reasons = house.checks.map((c) => Object.keys(c.reasons)[0] ?? 'x')
  await owner.query(
    `insert into desk.system (name, kind, added_at)
     select 'big-' || n, $2, $3::timestamptz - interval '1 year' from generate_series(1, $1::int) n`,
    [house.systems, house.checks[0]?.appliesTo ?? 'host', now],
  )
  await owner.query('insert into finding.check_name (name) select unnest($1::text[]) on conflict do nothing', [names])
  await owner.query(
    `insert into finding.verdict_row (check_id, system_id, status, resource, reason, dims, valid_from)
     select c.id, s.id, case when n % $4 = 0 then 'ok' when n % 11 = 0 then 'error' else 'alarm' end::finding.status,
       'resource-' || n, ($2::text[])[1 + n % cardinality($2::text[])], jsonb_build_object('n', n), $5::timestamptz - make_interval(mins => n % 100000)
     from generate_series(1, $3::int) n
     join (select id, row_number() over (order by id) - 1 as i, count(*) over () as total from finding.check_name where name = any($1::text[])) c
       on c.i = n % c.total
     join (select id, row_number() over (order by id) - 1 as i, count(*) over () as total from desk.system where name like 'big-%') s
       on s.i = (n / 7) % s.total`,
    [names, reasons, house.rows, house.okEvery, now],
  )
  await owner.query(
    `insert into collect.pulse (system_id, kind, last_ok_at, last_try_at)
     select s.id, k, $2, $2 from desk.system s, unnest($1::text[]) k where s.name like 'big-%'`,
    [[...new Set(house.checks.flatMap((c) => c.reads))], now],
  )
  await owner.query(
    `insert into finding.judgement (at, cause, checks, systems, rows, opened, closed)
     select $1::timestamptz - make_interval(mins => 30 * n), 'test', 1, 1, 1, 0, 0 from generate_series(0, 48 * 90) n`,
    [now],
  )
  await owner.query(
    `insert into evidence.entry (position, previous, at, kind, body, digest, salt)
     select f.n, nullif(f.n, 0) - 1, $2::timestamptz - make_interval(secs => $1::int), 'judgement', '{"checks":1,"rows":1,"systems":1}',
       sha256('x'), sha256('y')
     from (select coalesce((select max(position) + 1 from evidence.entry), 0) + g as n from generate_series(0, $1::int - 1) g) f`,
    [house.entries, now],
  )
  await owner.query('analyze')
}
