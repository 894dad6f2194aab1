import type { Actor } from '../../../kernel/act/actor.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { mayEnter } from './may-enter.ts'

/**
 * Acts on an application behind a proxy that asks at every request: what has ended is refused from then on, and there is nothing to
 * take away. Tried is the very decision that the proxy gets.
 */
export const applicationActor = (pool: StagePool, clock: Clock): Actor => ({
  abilities: { canRevokeNow: true, maxResidualSeconds: 0, canKillSessions: true, canProve: true },
  apply: async ({ grant }) => ({ external: grant }),
  revoke: async () => undefined,
  look: async () => [],
  probe: async ({ grant }) => ((await mayEnter(pool, clock.now(), { grant })) ? 'let_in' : 'refused'),
})
