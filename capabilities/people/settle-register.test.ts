import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { type Register, RegisterImport } from './contract.ts'
import { EMPTY_REGISTER, takeRegister } from './register-csv.ts'

const person = (id: string) => ({ person: id, displayName: id, status: 'active' as const })
const key = (c: string) => `SHA256:${c.repeat(43)}`

const GOOD = {
  person: [person('p-1'), person('p-2')],
  service_account: [{ service: 'backup', purpose: 'nightly backup', owner: 'p-1' }],
  account_owner: [
    { targetSystem: '*', account: 'ada', ownerKind: 'person', owner: 'p-1' },
    { targetSystem: '*', account: 'backup', ownerKind: 'service', owner: 'backup' },
    { targetSystem: 'db', account: 'ada', ownerKind: 'person', owner: 'p-2' },
  ],
  entitlement: [{ targetSystem: 'web', account: 'ada', privilege: 'os', need: 'runs it', approvedBy: 'p-2' }],
  enrolled_key: [{ owner: 'p-1', fingerprint: key('a') }],
}

const take = (body: object, previous?: Register) => takeRegister(RegisterImport.parse(body), previous)

function refused(body: object, previous?: Register): string {
  try {
    take(body, previous)
  } catch (error) {
    if (error instanceof BergfriedError)
      return `${error.detail['file']}:${error.detail['line']} ${error.detail['reason']}`
    throw error
  }
  return 'taken'
}

/** GOOD with the rows of one kind replaced. */
const withRows = (kind: keyof typeof GOOD, rows: readonly object[]) => ({ ...GOOD, [kind]: rows })

describe('settleRegister', () => {
  it('takes a register in which everything fits', () => {
    expect(refused(GOOD)).toBe('taken')
  })

  it('refuses references into the void', () => {
    expect(refused(withRows('service_account', [{ ...GOOD.service_account[0], owner: 'p-9' }]))).toMatch(
      /^service_account:1 “p-9” is no person/,
    )
    const [ada, backup] = GOOD.account_owner
    expect(refused(withRows('account_owner', [{ ...ada, owner: 'p-9' }, backup as object]))).toMatch(
      /^account_owner:1 “p-9”/,
    )
    expect(refused(withRows('account_owner', [ada as object, { ...backup, owner: 'p-1' }]))).toMatch(
      /^account_owner:2 “p-1” is no service/,
    )
    expect(refused(withRows('enrolled_key', [{ owner: 'nobody', fingerprint: key('a') }]))).toMatch(
      /^enrolled_key:1 “nobody”/,
    )
    expect(refused(withRows('entitlement', [{ ...GOOD.entitlement[0], approvedBy: 'boss' }]))).toMatch(
      /^entitlement:1 “boss”/,
    )
    expect(refused(withRows('entitlement', [{ ...GOOD.entitlement[0], account: 'eve' }]))).toMatch(
      /belongs to nobody on “web”/,
    )
  })

  it('refuses an approval by whoever answers for the account', () => {
    const [row] = GOOD.entitlement
    const cases: readonly [object, boolean][] = [
      [{ ...row, approvedBy: 'p-1' }, true],
      // On db the account is p-2's, elsewhere p-1's.
      [{ ...row, targetSystem: 'db', approvedBy: 'p-2' }, true],
      [{ ...row, targetSystem: 'db', approvedBy: 'p-1' }, false],
      // For all systems nobody may approve who holds it on any.
      [{ ...row, targetSystem: '*', approvedBy: 'p-2' }, true],
      // A service is answered for by its person.
      [{ ...row, account: 'backup', approvedBy: 'p-1' }, true],
      [{ ...row, account: 'backup', approvedBy: 'p-2' }, false],
    ]
    for (const [entitlement, wrong] of cases) {
      const answer = refused(withRows('entitlement', [entitlement]))
      if (wrong) expect(answer).toMatch(/^entitlement:1 .*cannot approve it/)
      else expect(answer).toBe('taken')
    }
  })

  it('refuses everything twice', () => {
    const double = (kind: keyof typeof GOOD) => refused(withRows(kind, [...GOOD[kind], GOOD[kind][0] as object]))
    expect(double('person')).toMatch(/^person:3 the id “p-1” appears twice/)
    expect(double('service_account')).toMatch(/^service_account:2 /)
    expect(double('account_owner')).toMatch(/^account_owner:4 the account “\* \/ ada” appears twice/)
    expect(double('entitlement')).toMatch(/^entitlement:2 /)
    expect(double('enrolled_key')).toMatch(/^enrolled_key:2 /)
    expect(refused(withRows('enrolled_key', [...GOOD.enrolled_key, { owner: 'p-2', fingerprint: key('a') }]))).toMatch(
      /:2 /,
    )
    expect(refused(withRows('enrolled_key', [...GOOD.enrolled_key, { owner: 'p-2', fingerprint: key('A') }]))).toBe(
      'taken',
    )
  })

  it('keeps the kinds that are not given', () => {
    const stored = take(GOOD)
    const next = take({ person: [...GOOD.person, person('p-3')] }, stored)
    expect(next.person).toHaveLength(3)
    expect(next.account_owner).toEqual(stored.account_owner)
    expect(take({ enrolled_key: [] }, stored).enrolled_key).toEqual([])
  })

  it('does not let a person vanish who is still needed, but lets them leave', () => {
    const stored = take(GOOD)
    expect(refused({ person: [person('p-2')] }, stored)).toMatch(/^person:1 it does not fit what is stored.*“p-1”/)
    expect(refused({ person: [{ ...person('p-1'), status: 'left' }, person('p-2')] }, stored)).toBe('taken')
  })

  it('notices that a new owner turns a stored entitlement into a self-approval', () => {
    const stored = take(GOOD)
    const owners = [{ targetSystem: '*', account: 'ada', ownerKind: 'person', owner: 'p-2' }, GOOD.account_owner[1]]
    expect(refused({ account_owner: owners }, stored)).toMatch(/^account_owner:1 .*cannot approve it/)
  })

  it('keeps the accounts of the product itself, which no file names', () => {
    const own: Register = {
      ...EMPTY_REGISTER,
      service_account: [{ service: 'bergfried', purpose: 'its own database', owner: '' }],
      account_owner: [{ targetSystem: 'bergfried', account: 'bf_judge', ownerKind: 'service', owner: 'bergfried' }],
    }
    const next = take(GOOD, own)
    expect(next.service_account.map((r) => r.service)).toEqual(['backup', 'bergfried'])
    expect(next.account_owner.map((r) => r.account)).toContain('bf_judge')
    const named = [...GOOD.service_account, { service: 'bergfried', purpose: 'this product', owner: 'p-2' }]
    const answered = take({ ...GOOD, service_account: named }, own).service_account
    expect(answered.filter((r) => r.service === 'bergfried')).toEqual([named[1]])
  })
})
