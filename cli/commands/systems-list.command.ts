import { registeredSystems } from '../../kernel/collect/systems.ts'
import { ago } from '../../kernel/i18n/words.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried systems list`: the systems that are watched, and when each was last read. */
export const systemsList = defineCommand({
  name: 'systems list',
  summary: {
    de: 'zeigt die Systeme und wann jedes zuletzt gelesen wurde',
    en: 'shows the systems and when each was last read',
  },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const pool = house.database.stage('bf_publish')
      const pulses = await pool.query<{ system_id: number; last: Date | null; failing: number }>(
        `select system_id, max(last_ok_at) as last, count(failure)::int as failing from collect.pulse group by 1`,
      )
      const now = house.clock.now()
      for (const system of await registeredSystems(pool)) {
        const pulse = pulses.find((p) => p.system_id === system.id)
        const last = pulse?.last == null ? '–' : ago(world.lang, pulse.last, now)
        const failing =
          pulse === undefined || pulse.failing === 0
            ? ''
            : world.lang === 'de'
              ? `, nicht lesbar: ${pulse.failing} ${pulse.failing === 1 ? 'Art' : 'Arten'}`
              : `, unreadable: ${pulse.failing} ${pulse.failing === 1 ? 'kind' : 'kinds'}`
        world.out(`${system.name.padEnd(24)} ${system.kind.padEnd(9)} ${last}${failing}`)
      }
      return 0
    }),
})
