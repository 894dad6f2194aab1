import { expect, it } from 'vitest'
import type { Register } from '../capabilities/people/contract.ts'
import { EMPTY_REGISTER } from '../capabilities/people/register-csv.ts'
import { type RegisteredGrant, sameRegister, withGrants } from './grant-register.ts'

const register: Register = {
  ...EMPTY_REGISTER,
  person: [
    { person: 'p-1', displayName: 'Anna', email: 'Anna@example.com', status: 'active', startsOn: null, endsOn: null },
    { person: 'p-2', displayName: 'Bert', email: null, status: 'active', startsOn: null, endsOn: null },
  ],
  account_owner: [{ targetSystem: 'web-1', account: 'root', ownerKind: 'service', owner: 'ops' }],
}
const grant = (more: Partial<RegisteredGrant> = {}): RegisteredGrant => ({
  system: 'web-1',
  account: 'anna',
  person: 'anna@example.com',
  kind: 'host',
  until: '2026-12-01T10:00:00.000Z',
  endedAt: null,
  external: null,
  need: 'Ticket 4711',
  approvedBy: ['p-2'],
  sudo: true,
  ...more,
})

it('a live grant says whose its account is and what was approved, in the words of the register', () => {
  const after = withGrants(register, [grant()])
  expect(after.account_owner).toEqual([
    register.account_owner[0],
    { targetSystem: 'web-1', account: 'anna', ownerKind: 'person', owner: 'p-1' },
  ])
  expect(after.entitlement).toEqual([
    {
      targetSystem: 'web-1',
      account: 'anna',
      privilege: 'os',
      need: 'Ticket 4711',
      approvedBy: 'p-2',
      until: '2026-12-01',
    },
  ])
})

it('nothing stays of one that has ended, and what people entered stays', () => {
  const live = withGrants(register, [grant()])
  const ended = withGrants(live, [grant({ endedAt: '2026-11-30T10:00:00.000Z' })])
  expect(sameRegister(ended, register)).toBe(true)
})

it('a database role is called as the database calls it, and an application has no account', () => {
  const role = grant({ kind: 'postgres', system: 'db', external: '1234/bf_anna_1', sudo: false })
  expect(withGrants(register, [role, grant({ kind: 'application' })]).account_owner.at(-1)).toEqual({
    targetSystem: 'db',
    account: 'bf_anna_1',
    ownerKind: 'person',
    owner: 'p-1',
  })
})

it('settling twice changes nothing', () => {
  const once = withGrants(register, [grant()])
  expect(sameRegister(once, withGrants(once, [grant()]))).toBe(true)
  expect(sameRegister(once, register)).toBe(false)
})
