import type { FactKind } from '../../facts/kinds.ts'
import type { Clock } from '../clock/clock.ts'
import type { StagePool, Transaction } from '../db/database.ts'
import { appendEntry } from '../ledger/entry.ts'
import type { Check } from './check.ts'
import { judgingSql } from './judge-sql.ts'

/** A check over some systems, by their numbers. */
export interface Task {
  readonly check: Check
  readonly systems: readonly number[]
}

export interface Judgement {
  readonly at: Date
  readonly seen: number
  readonly opened: number
  readonly closed: number
}

/** At most so many systems in one statement: keeps memory and lock times flat however large the fleet is. */
const BATCH = 1000
/** Up to so many systems a stored plan is the faster choice; above, planning anew pays. */
const FEW = 16

/**
 * Evaluates checks and stores what changed. Each check commits by itself, with its evidence entry; an entry about the
 * whole run comes last. Two connections share the work; runs of several processes wait for each other.
 *
 * @param cause - why now: `start`, `collection`, `time`, `command`
 */
export async function judge(pool: StagePool, clock: Clock, tasks: readonly Task[], cause: string): Promise<Judgement> {
  const ids = await checkIds(
    pool,
    tasks.map((t) => t.check.id),
  )
  // Checks share their lists of systems: each list is cut into batches once.
  const cut = new Map<readonly number[], readonly (readonly number[])[]>()
  const queue = tasks.flatMap(({ check, systems }) => {
    const known = cut.get(systems) ?? batches(systems)
    cut.set(systems, known)
    return known.map((batch) => ({ check, systems: batch }))
  })
  const total = { at: clock.now(), seen: 0, opened: 0, closed: 0 }
  const few = queue.every((task) => task.systems.length <= FEW)
  let next = 0
  const work = async (tx: Transaction) => {
    await prepareSession(tx, few)
    for (let task = queue[next++]; task !== undefined; task = queue[next++]) {
      const result = await judgeOne(tx, task, total.at, ids.get(task.check.id) ?? 0)
      total.seen += result.seen
      total.opened += result.opened
      total.closed += result.closed
    }
  }
  await pool.session(async (tx) => {
    await tx.query('select pg_advisory_lock(7402)')
    try {
      total.at = clock.now()
      await Promise.all([work(tx), queue.length > 8 ? pool.session(work) : undefined])
    } finally {
      await tx.query('select pg_advisory_unlock(7402)').catch(() => undefined)
    }
  })
  await record(pool, { ...total, cause, tasks })
  return total
}

const batches = (systems: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(systems.length / BATCH) }, (_, i) => systems.slice(i * BATCH, (i + 1) * BATCH))

/** Checks join sets by system: a nested loop is never the right plan over many, and a plan per call costs more over few. */
async function prepareSession(tx: Transaction, few: boolean): Promise<void> {
  await tx.query(
    few
      ? `select set_config('enable_nestloop', 'on', false), set_config('plan_cache_mode', 'force_generic_plan', false)`
      : `select set_config('enable_nestloop', 'off', false), set_config('plan_cache_mode', 'force_custom_plan', false)`,
  )
}

interface Result {
  readonly seen: number
  readonly opened: number
  readonly closed: number
}

async function judgeOne(tx: Transaction, task: Task, at: Date, id: number): Promise<Result> {
  const kinds: readonly FactKind[] = task.check.reads
  const [row] = await tx.query<Result>(statement(task.check), [task.systems, at, kinds, id], `judge:${task.check.id}`)
  return row ?? { seen: 0, opened: 0, closed: 0 }
}

const statements = new WeakMap<Check, string>()
function statement(check: Check): string {
  const known = statements.get(check)
  if (known !== undefined) return known
  const sql = judgingSql(check)
  statements.set(check, sql)
  return sql
}

/** Numbers stand for names in the rows; a name keeps its number for ever. */
async function checkIds(pool: StagePool, names: readonly string[]): Promise<Map<string, number>> {
  const wanted = [...new Set(names)]
  await pool.query(
    `insert into finding.check_name (name) select n from unnest($1::text[]) n
     where not exists (select from finding.check_name c where c.name = n) on conflict do nothing`,
    [wanted],
  )
  const rows = await pool.query<{ id: number; name: string }>(
    'select id, name from finding.check_name where name = any($1)',
    [wanted],
  )
  return new Map(rows.map((r) => [r.name, r.id]))
}

async function record(pool: StagePool, run: Judgement & { cause: string; tasks: readonly Task[] }): Promise<void> {
  const lists = new Set(run.tasks.map((t) => t.systems))
  const systems = new Set([...lists].flatMap((list) => [...list])).size
  await pool.transaction(async (tx) => {
    await tx.query(
      `insert into finding.judgement (at, cause, checks, systems, rows, opened, closed) values ($1, $2, $3, $4, $5, $6, $7)`,
      [run.at, run.cause, run.tasks.length, systems, run.seen, run.opened, run.closed],
    )
    await appendEntry(tx, run.at, 'judgement', {
      cause: run.cause,
      checks: run.tasks.length,
      systems,
      rows: run.seen,
      opened: run.opened,
      closed: run.closed,
    })
  })
}
