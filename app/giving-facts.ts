import type { FactKind } from '../facts/kinds.ts'
import { type GiveFacts, productFacts } from '../kernel/collect/product-facts.ts'
import { PRODUCT, type RegisteredSystem } from '../kernel/collect/systems.ts'
import type { House } from './house.ts'

/** How the parts of this house hand over what they know of their own work. */
export function givingFacts(
  house: House,
  changed: (system: RegisteredSystem, kinds: readonly FactKind[]) => void,
): GiveFacts {
  const system = house.systems.find((s) => s.name === PRODUCT.name)
  // Only a demonstration has none: what it shows is made up elsewhere.
  if (system === undefined) return async () => undefined
  return productFacts({ pool: house.database.stage('bf_collect'), clock: house.clock, system, changed })
}
