import type { GiveFacts } from '../kernel/collect/product-facts.ts'
import type { Environment } from '../kernel/config/environment.ts'
import type { LiveFeed } from '../kernel/http/live-feed.ts'
import type { House } from './house.ts'
import type { RegisterChanges } from './provisioning.ts'

/** What those who work beside the watch are opened with. */
export interface Work {
  readonly house: House
  readonly env: Environment
  /** Absolute path of the data folder. */
  readonly folder: string
  readonly keeperSocket: string
  readonly live: LiveFeed
  readonly register: RegisterChanges
  readonly give: GiveFacts
  /** A failure that nobody waits for. */
  readonly onProblem: (where: string, error: unknown) => void
}
