import type { Check, RowStatus } from '../../../kernel/check/check.ts'
import { type VerdictRow, verdictRows } from '../../../kernel/check/row-query.ts'
import { type ControlVerdict, controlVerdicts } from '../../../kernel/check/verdicts.ts'
import { instantAfter } from '../../../kernel/clock/duration.ts'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import type { LogIdentity } from '../../../kernel/ledger/evidence-log.ts'
import type { Policy } from '../../../kernel/policy/policy-schema.ts'
import { snapshot } from './cursor.ts'
import { type Scope, scopeOf } from './scope.ts'

/** What the exports in foreign formats are made of. */
export interface AssessmentInput {
  /** As `bf_audit`. */
  readonly audit: StagePool
  readonly policy: Policy
  readonly checks: ReadonlyMap<string, Check>
  /** Ids of controls; null: all. */
  readonly controls: readonly string[] | null
  readonly at: Date
  /** False: as it stood at `at`, from the store. */
  readonly current: boolean
  /** The log that holds the evidence; null where none runs. */
  readonly identity: LogIdentity | null
}

/** A row as it is told: what was measured, and whether that still counts. */
export interface AssessedRow extends Omit<VerdictRow, 'status'> {
  readonly status: RowStatus | 'excepted'
  /** The oldest of the newest readings that the row rests on; null where nothing was ever read. */
  readonly measuredAt: Date | null
}

export interface AssessedSystem {
  readonly id: number
  readonly name: string
  readonly kind: string
}

/** An exception that holds: an accepted deviation, which hides nothing. */
export interface LiveException {
  readonly id: number
  readonly check: string
  readonly from: Date
  readonly until: Date
}

export interface Assessment {
  readonly scope: Scope
  readonly at: Date
  readonly verdicts: readonly ControlVerdict[]
  readonly systems: readonly AssessedSystem[]
  readonly exceptions: readonly LiveException[]
  /** Rows of checks, by number, a page at a time. */
  rows(checks: readonly Check[], statuses: readonly RowStatus[] | null): AsyncGenerator<AssessedRow>
}

const PAGE = 500
/** As in the tally: without a judgement for so long, nothing that was fine counts as current. */
const JUDGE_SILENT_MS = 30 * 60_000

/** Looks at one unchanging state of the database and hands it to `work`. @throws {BergfriedError} `control.unknown` */
export async function assess<T>(input: AssessmentInput, work: (assessment: Assessment) => Promise<T>): Promise<T> {
  const scope = scopeOf(input.policy, input.checks, input.controls)
  return snapshot(input.audit, async (tx) => {
    // A reader over the network who stops reading must not hold the transaction for ever.
    await tx.query(`set local idle_in_transaction_session_timeout = '60s'`)
    const pool: StagePool = { ...input.audit, query: tx.query }
    const { at, current } = input
    const policy = { ...input.policy, controls: scope.controls }
    const verdicts = await controlVerdicts(pool, { policy, checks: input.checks, systems: null, at, current })
    const systems = await tx.query<AssessedSystem>(
      `select id, name, kind from desk.system where added_at <= $1 and (removed_at is null or removed_at > $1)
       order by name collate "C"`,
      [at],
    )
    const exceptions = await tx.query<LiveException>(
      `select e.id, e.check_name as check, e.created_at as from, e.until from desk.exception e
       left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $1
       where e.check_name = any($2::text[]) and e.created_at <= $1 and e.until > $1 and x.exception_id is null order by e.id`,
      [at, scope.checks.map((c) => c.id)],
    )
    const readings = await readingsOf(tx, at, current)
    const silent = current && (await judgeIsSilent(tx, at))
    return work({
      scope,
      at,
      verdicts,
      systems,
      exceptions,
      rows: (checks, statuses) => assessedRows(pool, { checks, statuses, at, current }, readings, silent),
    })
  })
}

interface RowWish {
  readonly checks: readonly Check[]
  readonly statuses: readonly RowStatus[] | null
  readonly at: Date
  readonly current: boolean
}

async function* assessedRows(
  pool: StagePool,
  wish: RowWish,
  readings: ReadonlyMap<string, Date | null>,
  silent: boolean,
): AsyncGenerator<AssessedRow> {
  const byId = new Map(wish.checks.map((c) => [c.id as string, c]))
  let after = 0
  for (;;) {
    const page = await verdictRows(pool, { ...wish, systems: null, limit: PAGE, after })
    for (const row of page) {
      const check = byId.get(row.check)
      if (check === undefined) continue
      const measuredAt = oldest(check.reads.map((kind) => readings.get(`${row.system} ${kind}`) ?? null))
      const late = silent || (measuredAt !== null && instantAfter(measuredAt, check.freshness) < wish.at)
      const bad = row.status === 'alarm' || row.status === 'error' || row.status === 'excepted'
      yield { ...row, status: late && !bad ? 'stale' : row.status, measuredAt }
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.id
  }
}

function oldest(times: readonly (Date | null)[]): Date | null {
  if (times.some((time) => time === null)) return null
  return new Date(Math.min(...times.map((time) => (time as Date).getTime())))
}

/** When each kind of fact was last read, per system. */
async function readingsOf(tx: Transaction, at: Date, current: boolean): Promise<ReadonlyMap<string, Date | null>> {
  const rows = await tx.query<{ system: string; kind: string; at: Date | null }>(
    current
      ? `select s.name as system, p.kind, p.last_ok_at as at from collect.pulse p join desk.system s on s.id = p.system_id
         where $1::timestamptz is not null`
      : `select s.name as system, k.kind, max(c.at) filter (where not c.failures ? k.kind) as at
         from collect.collection c join desk.system s on s.id = c.system_id, unnest(c.kinds) as k(kind)
         where c.at <= $1 group by 1, 2`,
    [at],
  )
  return new Map(rows.map((row) => [`${row.system} ${row.kind}`, row.at]))
}

async function judgeIsSilent(tx: Transaction, at: Date): Promise<boolean> {
  const [row] = await tx.query<{ at: Date | null }>('select max(at) as at from finding.judgement')
  return row?.at == null || at.getTime() - row.at.getTime() > JUDGE_SILENT_MS
}
