import { takeRegister } from '../capabilities/people/register-csv.ts'
import { readRegister, storeRegister } from '../capabilities/people/store.ts'
import type { ScimDesk } from '../capabilities/scim/contract.ts'
import { settlePeople } from '../capabilities/scim/settle-user.ts'
import type { FactKind } from '../facts/kinds.ts'
import type { RegisteredSystem } from '../kernel/collect/systems.ts'
import { BergfriedError } from '../kernel/errors.ts'
import type { House } from './house.ts'

export interface RegisterChanges {
  /** Changes of the register follow each other: two at once would lose one of them. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  readonly changed: (system: RegisteredSystem, kinds: readonly FactKind[]) => void
}

/**
 * Settles people whom an identity provider provisions into the register. Whoever left loses all access: the workers look at the register
 * twice a second, and are called besides.
 *
 * @param wake - has them look now
 */
export const provisioning = (house: House, { alone, changed }: RegisterChanges, wake: () => void): ScimDesk => ({
  onChange: (change) =>
    alone(async () => {
      const register = house.systems.find((system) => system.kind === 'register')
      if (register === undefined) throw new BergfriedError('access.off')
      const collect = house.database.stage('bf_collect')
      const before = await readRegister(collect, register)
      const person = [...settlePeople(change, before.person)]
      // Somebody who comes in must fit the rules of the register; no other defect in it may keep a leaver in.
      const next = change.active ? takeRegister({ person }, before) : { ...before, person }
      changed(register, await storeRegister(collect, house.clock, register, next))
      wake()
    }),
})
