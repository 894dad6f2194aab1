import { readAlerts } from '../../capabilities/detection/alerts.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

const MARKS = { open: '▲', acknowledged: '◇', closed: '·' } as const

/** `bergfried alerts list`: attacks that were seen. */
export const alertsList = defineCommand({
  name: 'alerts list',
  summary: { de: 'zeigt die Alarme, die offenen zuerst', en: 'shows the alerts, the open ones first' },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const alerts = await readAlerts(house.database.stage('bf_detect'), 100)
      for (const { id, title, level, about, lastAt, count, state, note } of alerts) {
        const whom = Object.values(about).join(', ')
        world.out(`${MARKS[state]} ${level.padEnd(8)} ${lastAt.slice(0, 19)}Z  ${title}: ${whom} (${count})`)
        world.out(`    ${id}${note === null ? '' : `  ${note}`}`)
      }
      if (alerts.length === 0) world.out(world.lang === 'de' ? 'Kein Alarm.' : 'No alert.')
      return alerts.some(({ state }) => state === 'open') ? 1 : 0
    }),
})
