import type * as z from 'zod'
import { PersonRow } from '../people/contract.ts'
import type { ScimChange } from './contract.ts'

type Person = z.output<typeof PersonRow>

/** Identifier of somebody in the register: what the provider calls the person for good, or else the user name. */
export const personOf = ({ userName, externalId }: Pick<ScimChange, 'userName' | 'externalId'>): string =>
  externalId ?? userName

/**
 * The row of the register for somebody who is provisioned. Days that the register has already stay: a provider knows none.
 *
 * @param before - the person's row until now
 * @throws {z.ZodError} where it is no row; what SCIM takes always is
 */
export function settleUser(change: ScimChange, before: Person | null = null): Person {
  const { active, displayName, email } = change
  return PersonRow.parse({
    person: before?.person ?? personOf(change),
    displayName,
    email,
    status: active ? 'active' : 'left',
    startsOn: before?.startsOn ?? null,
    // A last day that lies ahead stays; one of somebody who comes back is over.
    endsOn: active && before?.status === 'left' ? null : (before?.endsOn ?? null),
  })
}

/**
 * All people of the register with a change taken over: everybody else stays, nobody vanishes. Identifiers that differ in case alone
 * are the same person, as everywhere in the register. An email address belongs to whoever is here: somebody who has left gives it up
 * to the person who has it now, so that neither a name that changed nor a return under a new identifier is a conflict, and leaving never
 * is one. Two people who are both here keep it both, which the register refuses.
 */
export function settlePeople(change: ScimChange, people: readonly Person[]): readonly Person[] {
  const wanted = lowerCase(personOf(change))
  const before = people.find((one) => lowerCase(one.person) === wanted)
  const settled = settleUser(change, before ?? null)
  const shares = (one: Person) =>
    one !== before && one.email !== null && settled.email !== null && lowerCase(one.email) === lowerCase(settled.email)
  const row = settled.status === 'left' && people.some(shares) ? { ...settled, email: null } : settled
  const others = people.map((one) => {
    if (one === before) return row
    return row.email !== null && shares(one) && one.status === 'left' ? { ...one, email: null } : one
  })
  return before === undefined ? [...others, row] : others
}

const lowerCase = (id: string): string => id.trim().normalize('NFC').toLowerCase()
