import { randomUUID } from 'node:crypto'
import type { BackupPlan } from '../../../kernel/config/backup-config.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type DrillResult, runDrill } from '../restore/drill.ts'
import { manifestsIn } from '../restore/restore-into.ts'
import { recordDrill } from '../store.ts'
import { type BackupBench, codeOf } from '../work.ts'

/**
 * Restores the newest backup that the store has into a scratch cluster and records what came of it.
 *
 * @throws whatever stopped it, after it was recorded
 */
export async function holdDrill(
  bench: BackupBench,
  plan: BackupPlan,
  signal: AbortSignal,
  onBytes?: (done: number, total: number) => void,
): Promise<DrillResult> {
  const { clock, pool } = bench
  const beganAt = clock.now()
  const id = randomUUID()
  let run: string | null = null
  try {
    const store = await bench.storeOf(plan)
    const { manifests } = await manifestsIn(store, plan.name)
    const [manifest] = manifests
    if (manifest === undefined) throw new BergfriedError('backup.unknown', { what: `${plan.name}/` })
    const [known] = await pool.query<{ id: string }>('select id from backup.run where id = $1', [manifest.id])
    run = known?.id ?? null
    const identities = await bench.identitiesOf(plan)
    const work = { ...bench.scratch, store, manifest, identities, clock, signal }
    const result = await runDrill({ ...work, ...(onBytes === undefined ? {} : { onBytes }) })
    const { recoverySeconds, recoveryPointSeconds, tables, rows, differing } = result
    const measured = { recoverySeconds, recoveryPointSeconds, tables, rows, differing: differing.length }
    await pool.transaction((tx) =>
      recordDrill(tx, { id, backup: plan.name, run, beganAt, endedAt: clock.now(), problem: null, ...measured }),
    )
    return result
  } catch (error) {
    const nothing = { recoverySeconds: null, recoveryPointSeconds: null, tables: null, rows: null, differing: null }
    const failed = { id, backup: plan.name, run, beganAt, endedAt: clock.now(), problem: codeOf(error) }
    await pool.transaction((tx) => recordDrill(tx, { ...failed, ...nothing }))
    throw error
  }
}
