import { type House, openHouse } from '../app/house.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { loadConfig } from '../kernel/config/config.ts'
import type { OptionSpec, World } from './command.ts'

/** The option that every command with a house understands. */
export const CONFIG_OPTION: Record<'config', OptionSpec> = {
  config: {
    type: 'string',
    value: 'FILE',
    help: {
      de: 'Konfiguration (bergfried.yaml im laufenden Ordner)',
      en: 'configuration (bergfried.yaml in this folder)',
    },
  },
}

/**
 * Opens the house for one command and closes it again. Only a command that looks at the systems (`sync`) takes those of
 * the configuration as all there are; any other called from a folder without one would remove them. The bundled database is stopped only by the command that started
 * it, and only when nobody else came in the meantime.
 */
export async function withHouse<T>(
  world: World,
  config: string | undefined,
  work: (house: House) => Promise<T>,
  options: { readonly sync?: boolean } = {},
): Promise<T> {
  const loaded = await loadConfig(config, world.env, world.cwd)
  const house = await openHouse({
    config: loaded,
    env: world.env,
    clock: systemClock,
    sync: loaded.file !== null && options.sync === true,
  })
  try {
    return await work(house)
  } finally {
    const alone = house.embedded?.started === true && (await nobodyElse(house))
    await house.close()
    if (alone) await house.embedded?.stop()
  }
}

async function nobodyElse(house: House): Promise<boolean> {
  const [row] = await house.database
    .stage('bf_owner')
    .query<{ others: number }>(
      `select count(distinct application_name) as others from pg_stat_activity
       where backend_type = 'client backend' and application_name = 'bergfried server'`,
    )
    .catch(() => [{ others: 1 }])
  return row?.others === 0
}
