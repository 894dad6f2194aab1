import { databaseOf, placeOf } from '../../capabilities/backup/facts.ts'
import { keptRuns, newestDrills, newestRuns } from '../../capabilities/backup/store.ts'
import { size } from '../backups.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried backup list`: what is backed up, how old, and whether it could be restored. */
export const backupList = defineCommand({
  name: 'backup list',
  summary: {
    de: 'zeigt, was gesichert wird, wie alt die jüngste Sicherung ist und was die letzte Übung ergab',
    en: 'shows what is backed up, how old the newest backup is and what the last drill came to',
  },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const pool = house.database.stage('bf_keys')
      const [runs, drills] = await Promise.all([newestRuns(pool), newestDrills(pool)])
      const de = world.lang === 'de'
      const now = house.clock.now().getTime()
      let fine = true
      for (const plan of house.config.backups) {
        const [newest] = await keptRuns(pool, plan.name)
        const drill = drills.find((d) => d.backup === plan.name)
        const problem = runs.find((r) => r.backup === plan.name)?.problem ?? null
        const recent = newest !== undefined && now - newest.beganAt.getTime() <= plan.recoveryPointSeconds * 1000
        const restored = drill !== undefined && drill.problem === null && drill.differing === 0
        fine &&= recent && restored
        world.out(`${recent ? '●' : '▲'} ${plan.name}  ${plan.system}/${databaseOf(plan)} → ${placeOf(plan)}`)
        const bytes = size(newest?.manifest?.dump.bytes ?? 0)
        const taken = newest?.beganAt.toISOString().slice(0, 16)
        world.out(
          taken === undefined
            ? `    ${de ? 'noch keine' : 'none yet'}${problem === null ? '' : ` (${problem})`}`
            : `    ${taken}Z, ${bytes}${problem === null ? '' : `, ${de ? 'zuletzt' : 'last'}: ${problem}`}`,
        )
        world.out(`    ${restored ? '●' : '▲'} ${drillLine(drill, de)}`)
      }
      if (house.config.backups.length === 0)
        world.out(
          de
            ? 'Nichts wird gesichert: `backups` in bergfried.yaml.'
            : 'Nothing is backed up: `backups` in bergfried.yaml.',
        )
      return fine ? 0 : 1
    }),
})

function drillLine(drill: Awaited<ReturnType<typeof newestDrills>>[number] | undefined, de: boolean): string {
  if (drill === undefined) return de ? 'nie wiederhergestellt' : 'never restored'
  const at = `${drill.beganAt.toISOString().slice(0, 16)}Z`
  if (drill.problem !== null) return `${at} ${drill.problem}`
  const seconds = (drill.recoverySeconds ?? 0).toFixed(1)
  return de
    ? `${at} wiederhergestellt in ${seconds} s, ${drill.tables} Tabellen, ${drill.differing} Abweichungen`
    : `${at} restored in ${seconds} s, ${drill.tables} tables, ${drill.differing} differences`
}
