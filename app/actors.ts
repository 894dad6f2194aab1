import { actsOnPostgres, postgresAddress } from '../capabilities/access/enforce.ts'
import type { Actor } from '../kernel/act/actor.ts'
import type { SystemConfig } from '../kernel/config/config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret } from '../kernel/config/secrets.ts'

/** Who acts on a configured system; null: nobody does. */
export function actorFor(system: SystemConfig, env: Environment): Actor | null {
  if (system.kind !== 'postgres' || system.acting === null) return null
  const { connection, password } = system.acting
  return actsOnPostgres({
    system: system.name,
    connectionString: connection,
    password: async () => (password === null ? undefined : readSecret(password, system.name, env)),
  })
}

/** Where people reach a cluster that somebody acts on. */
export function databaseOf(system: SystemConfig | undefined) {
  return system?.kind === 'postgres' && system.acting !== null
    ? postgresAddress(system.acting.connection, system.name)
    : null
}
