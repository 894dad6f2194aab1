import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../kernel/config/config.ts'
import type { Environment } from '../kernel/config/environment.ts'

/**
 * Where the bundled database lives unless the configuration says otherwise: /var/lib/bergfried for root, otherwise the
 * user's data folder (XDG Base Directory Specification).
 */
export function dataFolder(config: Pick<Config, 'data'>, env: Environment): string {
  if (config.data !== null) return config.data
  if (process.getuid?.() === 0) return '/var/lib/bergfried'
  return join(env.variable('XDG_DATA_HOME') ?? join(homedir(), '.local', 'share'), 'bergfried')
}

/** Where the files of the transparency log lie beside the database, whose own account writes in `log/`, and not here. */
export const logFolder = (config: Pick<Config, 'data'>, env: Environment): string =>
  join(dataFolder(config, env), 'evidence')
