import type { AccessKeeper } from '../../../kernel/act/access-desk.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { Entitlement } from '../../../kernel/config/access-config.ts'
import type { StagePool } from '../../../kernel/db/database.ts'

/** What orders for hosts are made of. */
export interface HostDeskInput {
  readonly pool: StagePool
  readonly clock: Clock
  readonly keeper: AccessKeeper
  readonly entitlements: readonly Entitlement[]
}
