import { describe, expect, it } from 'vitest'
import { PersonRow } from '../people/contract.ts'
import { personOf, settlePeople, settleUser } from './settle-user.ts'

const change = { userName: 'ada@example.com', externalId: 'e-1', displayName: 'Ada', email: null, active: true }
const row = (person: string, more: object = {}) =>
  PersonRow.parse({ person, displayName: person, status: 'active', ...more })

describe('settling somebody who is provisioned', () => {
  it('calls them what the provider calls them for good, or else by the user name', () => {
    expect(personOf(change)).toBe('e-1')
    expect(personOf({ ...change, externalId: null })).toBe('ada@example.com')
  })

  it('makes a row of the register, in which whoever is not active has left', () => {
    expect(settleUser(change)).toEqual({
      person: 'e-1',
      displayName: 'Ada',
      email: null,
      status: 'active',
      startsOn: null,
      endsOn: null,
    })
    expect(settleUser({ ...change, active: false }).status).toBe('left')
  })

  it('changes one person, found in any case, and loses nobody', () => {
    const people = [row('e-0'), row('E-1', { startsOn: '2020-01-01' }), row('e-2')]
    const settled = settlePeople({ ...change, active: false }, people)
    expect(settled.map((one) => [one.person, one.status])).toEqual([
      ['e-0', 'active'],
      ['E-1', 'left'],
      ['e-2', 'active'],
    ])
    expect(settled[1]?.startsOn).toBe('2020-01-01')
    expect(settlePeople(change, []).map((one) => one.person)).toEqual(['e-1'])
  })

  it('gives the address of somebody who has left to whoever has it now, and leaves a conflict to the register', () => {
    const left = row('old', { status: 'left', email: 'Ada@example.com' })
    const here = row('here', { email: 'ada@example.com' })
    const now = { ...change, email: 'ada@example.com' }
    const emails = (people: readonly { person: string; email: string | null }[]) =>
      people.map((one) => [one.person, one.email])
    expect(emails(settlePeople(now, [left]))).toEqual([
      ['old', null],
      ['e-1', 'ada@example.com'],
    ])
    expect(emails(settlePeople({ ...now, active: false }, [here]))).toEqual([
      ['here', 'ada@example.com'],
      ['e-1', null],
    ])
    expect(emails(settlePeople(now, [here]))).toEqual([
      ['here', 'ada@example.com'],
      ['e-1', 'ada@example.com'],
    ])
    expect(emails(settlePeople({ ...now, active: false }, [left]))[1]).toEqual(['e-1', null])
    expect(emails(settlePeople({ ...now, active: false }, []))).toEqual([['e-1', 'ada@example.com']])
  })

  it('keeps a last day that lies ahead, and drops the one of somebody who comes back', () => {
    expect(settleUser(change, row('e-1', { endsOn: '2030-01-31' })).endsOn).toBe('2030-01-31')
    expect(settleUser(change, row('e-1', { status: 'left', endsOn: '2020-01-31' })).endsOn).toBeNull()
  })
})
