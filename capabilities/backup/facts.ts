import type { FactKind } from '../../facts/kinds.ts'
import type { BackupPlan } from '../../kernel/config/backup-config.ts'
import type { Transaction } from '../../kernel/db/database.ts'
import { keptRuns, newestDrills, newestRuns } from './store.ts'

/** What is known of all configured backups, as facts of the product. */
export async function factsOf(
  pool: Transaction,
  plans: readonly BackupPlan[],
): Promise<ReadonlyMap<FactKind, readonly Readonly<Record<string, unknown>>[]>> {
  const [runs, drills] = [await newestRuns(pool), await newestDrills(pool)]
  const backups: Record<string, unknown>[] = []
  for (const plan of plans) {
    const kept = await keptRuns(pool, plan.name)
    const [newest] = kept
    backups.push({
      backup: plan.name,
      targetSystem: plan.system,
      database: databaseOf(plan),
      place: placeOf(plan),
      newestAt: newest?.beganAt.toISOString() ?? null,
      recoveryPointSeconds: plan.recoveryPointSeconds,
      problem: runs.find((run) => run.backup === plan.name)?.problem ?? null,
      sealedFor: newest?.sealedFor ?? null,
      kept: kept.length,
    })
  }
  const held = plans.flatMap((plan) => {
    if (plan.drill === null) return []
    const drill = drills.find((d) => d.backup === plan.name)
    return [
      {
        backup: plan.name,
        heldAt: drill?.beganAt.toISOString() ?? null,
        everySeconds: plan.drill.everySeconds,
        problem: drill?.problem ?? null,
        differing: drill?.differing ?? null,
        tables: drill?.tables ?? null,
        recoverySeconds: drill?.recoverySeconds ?? null,
        recoveryTimeSeconds: plan.recoveryTimeSeconds,
      },
    ]
  })
  return new Map<FactKind, readonly Readonly<Record<string, unknown>>[]>([
    ['database_backup', backups],
    ['restore_drill', held],
  ])
}

export const placeOf = ({ to }: Pick<BackupPlan, 'to'>): string =>
  'folder' in to ? to.folder : `s3://${to.s3.bucket}/${to.s3.prefix}`

/** The database of an address; as libpq, that of the account's name where none is said. */
export function databaseOf({ connection }: Pick<BackupPlan, 'connection'>): string {
  const path = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?[^/?]*(?:\/([^?]*))?/.exec(connection)
  return decodeURIComponent(path?.[2] || path?.[1] || 'postgres')
}
