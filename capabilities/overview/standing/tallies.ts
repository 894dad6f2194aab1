import type { Check } from '../../../kernel/check/check.ts'
import { type Counts, NO_COUNTS } from '../../../kernel/check/roll-up.ts'
import type { Tallied } from '../../../kernel/check/tally.ts'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { RowCounts, type SystemCounts } from './row-counts.ts'

/**
 * The same numbers as `tallyChecks` of the kernel gives for now, from counted rows: what is old, what is excepted and which
 * systems are registered is asked anew each time, so that a dead collector or judge cannot leave a green light.
 */
export class Tallies {
  readonly #pool: StagePool
  readonly #rows = new RowCounts()

  /** @param pool - as `bf_publish` */
  constructor(pool: StagePool) {
    this.#pool = pool
  }

  of(checks: readonly Check[], at: Date): Promise<ReadonlyMap<string, Tallied>> {
    return this.#snapshot(async (tx) => {
      const rows = await this.#rows.current(tx)
      const asked = JSON.stringify(
        checks.map((c) => ({ name: c.id, kind: c.appliesTo, freshness: c.freshness, reads: c.reads })),
      )
      const scope = await tx.query<Registered>(SCOPE, [at])
      const [silent] = await tx.query<{ yes: boolean }>(SILENT, [at])
      const ages = new Map((await tx.query<Age>(AGES, [asked, at])).map((age) => [age.name, age]))
      const excepted = new Map<string, Map<number, number>>()
      for (const { name, system, n } of await tx.query<Excepted>(EXCEPTED, [checks.map((c) => c.id), at]))
        excepted.set(name, (excepted.get(name) ?? new Map<number, number>()).set(system, n))
      const kinds = new Map<string, number>()
      for (const { kind } of scope) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      const registered = new Set(scope.map((s) => s.id))
      return new Map(
        checks.map((check) => {
          const age = ages.get(check.id)
          const late = silent?.yes !== false ? registered : new Set(age?.late ?? [])
          const own = tally(rows.get(check.id), registered, late, excepted.get(check.id) ?? new Map())
          return [check.id, { ...own, systems: kinds.get(check.appliesTo) ?? 0, measuredAt: age?.measured_at ?? null }]
        }),
      )
    })
  }

  /** Open rows that are not fine, per system. */
  openBySystem(): Promise<ReadonlyMap<number, number>> {
    return this.#snapshot(async (tx) => {
      const open = new Map<number, number>()
      for (const { system, alarm, error, stale } of (await this.#rows.current(tx)).values())
        system.forEach((id, i) => {
          const own = (alarm[i] ?? 0) + (error[i] ?? 0) + (stale[i] ?? 0)
          if (own > 0) open.set(id, (open.get(id) ?? 0) + own)
        })
      return open
    })
  }

  #snapshot<T>(read: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#pool.transaction(async (tx) => {
      await tx.query('set transaction isolation level repeatable read, read only')
      return read(tx)
    })
  }
}

function tally(
  rows: SystemCounts | undefined,
  registered: ReadonlySet<number>,
  late: ReadonlySet<number>,
  excepted: ReadonlyMap<number, number>,
): { counts: Counts; judged: number } {
  const counts: Record<keyof Counts, number> = { ...NO_COUNTS }
  let judged = 0
  rows?.system.forEach((system, i) => {
    if (!registered.has(system)) return
    judged += 1
    const accepted = excepted.get(system) ?? 0
    counts.alarm += (rows.alarm[i] ?? 0) - accepted
    counts.excepted += accepted
    counts.error += rows.error[i] ?? 0
    counts.stale += rows.stale[i] ?? 0
    // Whatever was fine is no longer known to be, where what it rests on is too old.
    for (const status of ['ok', 'info', 'skip'] as const)
      counts[late.has(system) ? 'stale' : status] += rows[status][i] ?? 0
  })
  return { counts, judged }
}

interface Registered {
  readonly id: number
  readonly kind: string
}
const SCOPE = `
  select id, kind from desk.system
  where added_at <= $1::timestamptz and (removed_at is null or removed_at > $1::timestamptz)`

/** Without a judgement for half an hour, what the rows say is no longer taken as current. */
const SILENT = `select coalesce(max(at) < $1::timestamptz - interval '30 minutes', true) as yes from finding.judgement`

interface Age {
  readonly name: string
  /** Oldest of the newest readings over the systems of the check's kind. */
  readonly measured_at: Date | null
  /** Systems whose newest reading of something the check reads is older than its freshness. */
  readonly late: readonly number[] | null
}
const AGES = `
with asked as materialized (
  select * from jsonb_to_recordset($1::jsonb) as a(name text, kind text, freshness interval, reads text[])),
scope as materialized (${SCOPE.replaceAll('$1', '$2')}),
newest as materialized (
  select p.kind, s.kind as of, min(p.last_ok_at) as oldest
  from collect.pulse p join scope s on s.id = p.system_id group by 1, 2),
old as materialized (
  select p.system_id, p.kind, p.last_ok_at from collect.pulse p
  where p.last_ok_at < $2::timestamptz - (select min(freshness) from asked)),
late as (
  select a.name, array_agg(distinct o.system_id) as systems
  from asked a cross join unnest(a.reads) as r(kind) join old o on o.kind = r.kind
  where o.last_ok_at < $2::timestamptz - a.freshness group by 1)
select a.name, l.systems as late,
  (select min(n.oldest) from newest n where n.of = a.kind and n.kind = any(a.reads)) as measured_at
from asked a join finding.check_name c on c.name = a.name left join late l on l.name = a.name`

interface Excepted {
  readonly name: string
  readonly system: number
  readonly n: number
}
const EXCEPTED = `
with live as materialized (
  select e.check_name, e.resource, s.id as system_id
  from desk.exception e
  left join desk.system s on s.name = e.system_name
  left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $2::timestamptz
  where e.check_name = any($1::text[]) and e.created_at <= $2::timestamptz and e.until > $2::timestamptz
    and x.exception_id is null and (e.system_name is null or s.id is not null))
select n.name, r.system_id as system, count(*)::int as n
from finding.check_name n join finding.verdict_row r on r.check_id = n.id
where n.name in (select check_name from live) and r.valid_to = 'infinity' and r.status = 'alarm'
  and exists (select from live e where e.check_name = n.name and (e.system_id is null or e.system_id = r.system_id)
    and (e.resource is null or e.resource = r.resource))
group by 1, 2`
