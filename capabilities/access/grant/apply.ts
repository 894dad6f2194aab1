import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { recordAccess } from '../evidence/record.ts'
import type { Bench } from '../revocation/carry-out.ts'
import { type LeaseRow, leaseOf } from '../revocation/steps.ts'

const AT_ONCE = 50
/** After a failure it is tried again after so long. */
const AGAIN_MS = 5_000

/** Grants that are being made, so that one round does not wait for another. */
const UNDER_WAY = new Map<string, number>()

type Due = LeaseRow & { readonly person: string; readonly entitlement: string; readonly system: string }

/** Makes what was granted and is not there yet. */
export async function applyDue(
  bench: Bench & { onMoved(change: { grant: string; person: string; state: string }): void },
  at: Date,
  signal: AbortSignal,
): Promise<void> {
  const due = await bench.pool.query<Due>(
    `select g.id as grant_id, g.person, g.entitlement, g.system, g.account, g.level, g.until, g.external, r.credential
     from access."grant" g join access.request r on r.id = g.id
     where g.applied_at is null and g.ended_at is null and g.until > $1 order by g.from_at limit ${AT_ONCE}`,
    [at],
  )
  for (const row of due) {
    const before = UNDER_WAY.get(row.grant_id)
    if (before !== undefined && at.getTime() < before) continue
    UNDER_WAY.set(row.grant_id, Number.POSITIVE_INFINITY)
    void applyOne(bench, row, signal).then((done) => {
      if (done) UNDER_WAY.delete(row.grant_id)
      else UNDER_WAY.set(row.grant_id, bench.clock.now().getTime() + AGAIN_MS)
      bench.onMoved({ grant: row.grant_id, person: row.person, state: done ? 'applied' : 'apply-failed' })
    })
  }
}

/** @returns whether nothing is left to do */
async function applyOne({ pool, clock, actorOf }: Bench, row: Due, signal: AbortSignal): Promise<boolean> {
  try {
    const actor = actorOf(row.system)
    if (actor === null)
      throw new BergfriedError('access.not_applied', { system: row.system, reason: 'no account to act with' })
    const { external } = await actor.apply(leaseOf(row), signal)
    const at = clock.now()
    await pool.transaction(async (tx) => {
      const rows = await tx.query(
        'update access."grant" set applied_at = $2, external = $3, apply_error = null where id = $1 and applied_at is null returning 1',
        [row.grant_id, at, external],
      )
      if (rows.length === 0) return
      const clear = { request: row.grant_id, entitlement: row.entitlement, system: row.system }
      await recordAccess(tx, at, 'applied', { person: row.person, by: row.person }, clear)
    })
    return true
  } catch (error) {
    await fail(pool, row.grant_id, error).catch(() => undefined)
    return false
  }
}

const fail = (pool: StagePool, grant: string, error: unknown) =>
  pool.query('update access."grant" set apply_error = $2 where id = $1', [
    grant,
    error instanceof BergfriedError ? error.sentence('en').slice(0, 1000) : 'unexpected',
  ])
