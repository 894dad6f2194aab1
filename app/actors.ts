import { actsOnPostgres } from '../capabilities/access/enforce.ts'
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
