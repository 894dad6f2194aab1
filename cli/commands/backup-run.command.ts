import { backupBench } from '../../app/backups.ts'
import { dataFolder } from '../../app/data-folder.ts'
import { backUp } from '../../capabilities/backup/run/back-up.ts'
import { planNamed, size, telling } from '../backups.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried backup run NAME`: takes a backup now. */
export const backupRun = defineCommand({
  name: 'backup run',
  summary: {
    de: 'sichert eine Datenbank jetzt: verschlüsselt, in den eingerichteten Ablageort',
    en: 'backs a database up now: encrypted, into its configured store',
  },
  args: [{ name: 'NAME', help: { de: 'Name unter `backups`', en: 'name under `backups`' } }],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const plan = planNamed(house.config.backups, args[0])
      const bench = await backupBench(house, world.env, dataFolder(house.config, world.env))
      const manifest = await backUp(bench, plan, world.signal, telling(world, plan.name))
      const { bytes } = manifest.dump
      const seconds = (Date.parse(manifest.finishedAt) - Date.parse(manifest.takenAt)) / 1000
      world.out(
        world.lang === 'de'
          ? `● ${manifest.tables} Tabellen, ${manifest.rows} Zeilen; ${size(bytes)} für ${plan.recipients.length} Empfänger, in ${seconds.toFixed(1)} s`
          : `● ${manifest.tables} tables, ${manifest.rows} rows; ${size(bytes)} for ${plan.recipients.length} recipients, in ${seconds.toFixed(1)} s`,
      )
      world.out(`  ${manifest.dump.name}`)
      return 0
    }),
})
