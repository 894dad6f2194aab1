import type { FactKind } from '../../facts/kinds.ts'
import type { Clock } from '../clock/clock.ts'
import type { StagePool } from '../db/database.ts'
import { collectSystem } from './run.ts'
import type { RegisteredSystem } from './systems.ts'

/**
 * Hands over what the product knows of its own work: for each kind named, all rows that hold now. Kinds that are not named
 * stay. To be called again and again, unchanged rows too: whoever falls silent becomes stale.
 */
export type GiveFacts = (given: ReadonlyMap<FactKind, readonly Readonly<Record<string, unknown>>[]>) => Promise<void>

/** @param input.changed - told which kinds have changed, so that they are judged at once */
export function productFacts(input: {
  readonly pool: StagePool
  readonly clock: Clock
  readonly system: RegisteredSystem
  readonly changed: (system: RegisteredSystem, kinds: readonly FactKind[]) => void
}): GiveFacts {
  const { pool, clock, system, changed } = input
  let last: Promise<unknown> = Promise.resolve()
  return (given) => {
    const next = last.then(async () => {
      const stored = await collectSystem(pool, { system, connectors: [], target: undefined as never, clock, given })
      changed(system, stored.changed)
    })
    last = next.catch(() => undefined)
    return next
  }
}
