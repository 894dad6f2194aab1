import type { RouteDeps } from '../../kernel/http/route.ts'
import type { BackupView } from './contract.ts'
import { databaseOf, placeOf } from './facts.ts'
import { nextAt } from './retention.ts'
import { keptRuns, newestDrills, newestRuns } from './store.ts'

/** Every configured backup with its newest run and drill. */
export async function readBackups({
  database,
  backups,
}: Pick<RouteDeps, 'database' | 'backups'>): Promise<readonly BackupView[]> {
  if (backups === null) return []
  const pool = database.stage('bf_keys')
  const [runs, drills] = await Promise.all([newestRuns(pool), newestDrills(pool)])
  return Promise.all(
    backups.plans.map(async (plan): Promise<BackupView> => {
      const kept = await keptRuns(pool, plan.name)
      const last = runs.find((run) => run.backup === plan.name) ?? null
      const drill = drills.find((d) => d.backup === plan.name) ?? null
      return {
        name: plan.name,
        system: plan.system,
        database: databaseOf(plan),
        place: placeOf(plan),
        recipients: [...plan.recipients],
        everySeconds: plan.everySeconds,
        recoveryPointSeconds: plan.recoveryPointSeconds,
        recoveryTimeSeconds: plan.recoveryTimeSeconds,
        keepSeconds: plan.keepSeconds,
        running: backups.running(plan.name),
        newestAt: kept[0]?.beganAt.toISOString() ?? null,
        bytes: kept[0]?.manifest?.dump.bytes ?? null,
        lastTry: last === null ? null : { at: last.beganAt.toISOString(), problem: last.problem },
        nextAt: nextAt(last, plan.everySeconds)?.toISOString() ?? null,
        drillsEverySeconds: plan.drill?.everySeconds ?? null,
        lastDrill:
          drill === null
            ? null
            : {
                at: drill.beganAt.toISOString(),
                ok: drill.problem === null && drill.differing === 0,
                recoverySeconds: drill.recoverySeconds,
                recoveryPointSeconds: drill.recoveryPointSeconds,
                tables: drill.tables,
                rows: drill.rows,
                differing: drill.differing,
                problem: drill.problem,
              },
        kept: kept.length,
      }
    }),
  )
}
