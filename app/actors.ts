import type { Actor } from '../kernel/act/actor.ts'
import type { SystemConfig } from '../kernel/config/config.ts'
import type { Environment } from '../kernel/config/environment.ts'

/** Who acts on a configured system; null: nobody does. */
export async function actorFor(_system: SystemConfig, _env: Environment): Promise<Actor | null> {
  return null
}
