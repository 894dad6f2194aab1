import { policySetTextToParts, validate } from '@cedar-policy/cedar-wasm/nodejs'
import { describe, expect, it } from 'vitest'
import { PERMISSIONS, type Permission } from '../../../kernel/http/route.ts'
import { ROLES, type Role } from '../contract.ts'
import { permits, policyText, schemaText } from './authoriser.ts'

const ALL: readonly Permission[] = [...PERMISSIONS, 'self']

/** What each role may, told here once more in another form: the policies must say the same. */
const MAY: Record<Role, readonly Permission[]> = {
  owner: ALL,
  approver: ['policy', 'read', 'people', 'collect', 'except', 'approve', 'respond', 'change', 'self'],
  reviewer: ['policy', 'read', 'people', 'collect', 'attest', 'respond', 'self'],
  auditor: ['policy', 'read', 'people', 'export', 'self'],
  member: ['policy', 'self'],
}
const person = (...roles: string[]) => ({ kind: 'person', id: 'p', roles }) as const

describe('the policies', () => {
  it('fit their schema in strict mode, without a warning', () => {
    const answer = validate({ schema: schemaText(), policies: { staticPolicies: policyText() } })
    expect(answer).toMatchObject({ type: 'success', validationErrors: [], validationWarnings: [], otherWarnings: [] })
  })

  it('are noticed where they would not fit', () => {
    const wrong = 'permit (principal, action, resource) when { principal.colour == "red" };'
    const answer = validate({ schema: schemaText(), policies: { staticPolicies: wrong } })
    expect(answer.type === 'success' && answer.validationErrors.length).toBeGreaterThan(0)
  })

  it('only permit: what is refused is refused because nothing permits it', () => {
    const parts = policySetTextToParts(policyText())
    const policies = parts.type === 'success' ? parts.policies : []
    expect(policies.length).toBeGreaterThan(10)
    expect(policies.filter((text) => /\bforbid\b/.test(text))).toEqual([])
  })
})

describe.each(ROLES)('a person who is %s', (role) => {
  it.each(ALL)('and %s: as the table says', (permission) => {
    expect(permits(person(role), permission)).toBe(MAY[role].includes(permission))
  })
})

describe('a person', () => {
  it('with several roles may what any of them may, and no more', () => {
    for (const permission of ALL) {
      const expected = MAY.auditor.includes(permission) || MAY.approver.includes(permission)
      expect(permits(person('auditor', 'approver'), permission)).toBe(expected)
    }
  })

  it.each([[[]], [['Owner']], [['root']], [['owner ']]])(
    'in %j may nothing but look after the own account',
    (roles) => {
      expect(ALL.filter((permission) => permits(person(...roles), permission))).toEqual(['self'])
    },
  )
})

describe('a token', () => {
  it.each(PERMISSIONS)('with %s may that and nothing else', (permission) => {
    const token = { kind: 'token', id: '1', permissions: [permission] } as const
    expect(ALL.filter((wanted) => permits(token, wanted))).toEqual([permission])
  })

  it('with everything has no account, and one with nothing may nothing', () => {
    expect(permits({ kind: 'token', id: '1', permissions: PERMISSIONS }, 'self')).toBe(false)
    expect(ALL.filter((wanted) => permits({ kind: 'token', id: '1', permissions: [] }, wanted))).toEqual([])
  })
})

it('refuses what is no permission', () => {
  expect(permits(person('owner'), 'everything' as Permission)).toBe(false)
  expect(permits({ kind: 'token', id: '1', permissions: ['*' as 'read'] }, 'read')).toBe(false)
})
