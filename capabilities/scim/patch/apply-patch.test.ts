import { describe, expect, it } from 'vitest'
import { readResource } from '../resource/read-resource.ts'
import type { Attributes } from '../schema/attribute.ts'
import { groupType, userType } from '../schema/resource-type.ts'
import { ENTERPRISE, GROUP, patch, user } from '../testing/scim-stage.ts'
import { applyPatch } from './apply-patch.ts'
import { parsePatch } from './parse-patch.ts'

const ADA = readResource(userType, {
  ...user('ada', { active: true, title: 'Countess', name: { givenName: 'Ada', familyName: 'L' } }),
  emails: [
    { type: 'work', value: 'w@example.com', primary: true },
    { type: 'home', value: 'h@example.com' },
  ],
  [ENTERPRISE]: { department: 'Analysis', manager: { value: 'm-1' } },
})
const TEAM = readResource(groupType, { schemas: [GROUP], displayName: 'T', members: [{ value: 'a' }, { value: 'b' }] })

const patched = (...operations: readonly object[]): Attributes =>
  applyPatch(userType, ADA, parsePatch(patch(...operations)))
const team = (...operations: readonly object[]): unknown =>
  applyPatch(groupType, TEAM, parsePatch(patch(...operations)))['members']

describe('a PATCH', () => {
  it('merges into what has parts, and leaves the others', () => {
    const merged = { givenName: 'Augusta', familyName: 'L' }
    expect(patched({ op: 'replace', path: 'name', value: { givenName: 'Augusta' } })['name']).toEqual(merged)
    expect(patched({ op: 'add', value: { name: { givenName: 'Augusta' } } })['name']).toEqual(merged)
    expect(patched({ op: 'replace', path: 'name', value: { givenName: null } })['name']).toEqual({ familyName: 'L' })
  })

  it('leaves at most one value preferred', () => {
    const added = patched({ op: 'add', path: 'emails', value: { value: 'n@example.com', primary: true } })
    expect(added['emails']).toEqual([
      { type: 'work', value: 'w@example.com', primary: false },
      { type: 'home', value: 'h@example.com' },
      { value: 'n@example.com', primary: true },
    ])
    const chosen = patched({ op: 'replace', path: 'emails[type eq "home"].primary', value: 'True' })
    expect(chosen['emails']).toEqual([
      { type: 'work', value: 'w@example.com', primary: false },
      { type: 'home', value: 'h@example.com', primary: true },
    ])
  })

  it('replaces chosen values as a whole, and removes chosen values or their parts', () => {
    expect(
      patched({ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'x@example.com' } })['emails'],
    ).toEqual([{ value: 'x@example.com' }, { type: 'home', value: 'h@example.com' }])
    expect(patched({ op: 'remove', path: 'emails[type eq "work"]' })['emails']).toEqual([
      { type: 'home', value: 'h@example.com' },
    ])
    expect(patched({ op: 'remove', path: 'emails[primary eq true].primary' })['emails']).toEqual([
      { type: 'work', value: 'w@example.com' },
      { type: 'home', value: 'h@example.com' },
    ])
    expect('emails' in patched({ op: 'remove', path: 'emails' })).toBe(false)
    expect('emails' in patched({ op: 'replace', path: 'emails', value: [] })).toBe(false)
  })

  it('takes an extension as a whole, by its address', () => {
    expect(patched({ op: 'replace', path: ENTERPRISE, value: { division: 'D' } })).toMatchObject({
      [`${ENTERPRISE}:division`]: 'D',
      [`${ENTERPRISE}:department`]: 'Analysis',
    })
    const removed = patched({ op: 'remove', path: ENTERPRISE.toUpperCase() })
    expect(Object.keys(removed).filter((key) => key.startsWith('urn:'))).toEqual([])
    expect(`${ENTERPRISE}:manager` in patched({ op: 'remove', path: `${ENTERPRISE}:manager` })).toBe(false)
  })

  it('adds members once and removes them by filter, by value, or all', () => {
    expect(team({ op: 'add', path: 'members', value: [{ value: 'b', display: 'B' }, { value: 'c' }] })).toEqual([
      { value: 'a' },
      { value: 'b' },
      { value: 'c' },
    ])
    expect(team({ op: 'remove', path: 'members[value eq "a"]' })).toEqual([{ value: 'b' }])
    expect(team({ op: 'remove', path: 'members[value eq "zzz"]' })).toEqual([{ value: 'a' }, { value: 'b' }])
    expect(team({ op: 'Remove', path: 'members', value: [{ value: 'b' }] })).toEqual([{ value: 'a' }])
    expect(team({ op: 'remove', path: 'members', value: [] })).toEqual([{ value: 'a' }, { value: 'b' }])
    expect(team({ op: 'remove', path: 'members' })).toBeUndefined()
    expect(team({ op: 'remove', path: 'members[value eq "a" or value eq "b"]' })).toBeUndefined()
  })

  it('does not change what a member is, and chooses members by who they are alone', () => {
    for (const [scimType, operation] of [
      ['mutability', { op: 'replace', path: 'members[value eq "a"].value', value: 'c' }],
      ['mutability', { op: 'replace', path: 'members[value eq "a"]', value: { value: 'c' } }],
      ['mutability', { op: 'add', path: 'members.value', value: 'c' }],
      ['mutability', { op: 'remove', path: 'members.type' }],
      ['mutability', { op: 'remove', path: 'members[value eq "a"].value' }],
      ['invalidFilter', { op: 'remove', path: 'members[type eq "User"]' }],
      ['invalidFilter', { op: 'remove', path: 'members[value sw "a"]' }],
      ['invalidValue', { op: 'add', path: 'members', value: [{ display: 'A' }] }],
      ['invalidValue', { op: 'add', path: 'members', value: [7] }],
    ] as const)
      expect(() => team(operation), JSON.stringify(operation)).toThrow(expect.objectContaining({ scimType }))
    expect(team({ op: 'replace', path: 'members', value: null })).toBeUndefined()
    expect(team({ op: 'replace', value: { members: [] } })).toBeUndefined()
  })

  it('of a thousand operations on twenty thousand members looks at each member once', () => {
    const members = Array.from({ length: 20_000 }, (_, n) => ({ value: `u${n}` }))
    const removals = members.slice(0, 500).map(({ value }) => ({ op: 'remove', path: `members[value eq "${value}"]` }))
    const additions = members.slice(0, 500).map((one) => ({ op: 'add', path: 'members', value: [one] }))
    const operations = parsePatch(patch(...removals, ...additions))
    const changed = applyPatch(groupType, { displayName: 'T', members }, operations)
    expect(changed['members']).toEqual([...members.slice(500), ...members.slice(0, 500)])
  })

  it('passes over what it does not know and what can only be read, where there is no path', () => {
    const value = { id: 'x', shoeSize: 44, 'urn:example:ext:1.0:User:tag': 'x', groups: [], meta: {}, title: 'T' }
    expect(patched({ op: 'replace', value })).toEqual({ ...ADA, title: 'T' })
  })

  it('does operations in their order', () => {
    expect(
      patched(
        { op: 'remove', path: 'emails' },
        { op: 'add', path: 'emails', value: [{ value: '1' }] },
        { op: 'add', path: 'emails', value: [{ value: '2' }] },
      )['emails'],
    ).toEqual([{ value: '1' }, { value: '2' }])
  })

  it.each([
    ['noTarget', { op: 'remove' }],
    ['noTarget', { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' }],
    ['noTarget', { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } }],
    ['noTarget', { op: 'add', path: 'emails[type ne "work" and type ne "home"].value', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'shoeSize', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'name.shoe', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'title[value eq "x"', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'emails[type eq "work"].shoe', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'emails[type eq "work"].value.x', value: 'x' }],
    ['invalidPath', { op: 'replace', path: '"title"', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'password', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 7, value: 'x' }],
    ['invalidFilter', { op: 'replace', path: 'emails[shoe eq "work"].value', value: 'x' }],
    ['invalidFilter', { op: 'replace', path: 'emails[type].value', value: 'x' }],
    ['mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['mutability', { op: 'remove', path: 'meta.created' }],
    ['mutability', { op: 'add', path: 'groups', value: [{ value: 'admins' }] }],
    ['mutability', { op: 'remove', path: 'userName' }],
    ['mutability', { op: 'replace', path: 'userName', value: null }],
    ['mutability', { op: 'remove', path: 'active' }],
    ['invalidValue', { op: 'replace', path: 'active', value: 'maybe' }],
    ['invalidValue', { op: 'replace', path: 'active', value: 1 }],
    ['invalidValue', { op: 'replace', path: 'title' }],
    ['invalidValue', { op: 'replace', path: 'title', value: 5 }],
    ['invalidValue', { op: 'replace', path: 'title', value: 'x'.repeat(401) }],
    ['invalidValue', { op: 'replace', path: 'title', value: 'a\0b' }],
    ['invalidValue', { op: 'replace', path: 'title', value: '\ud800' }],
    ['invalidValue', { op: 'replace', path: 'userName', value: 'a\u202eb' }],
    ['invalidValue', { op: 'replace', path: 'emails', value: 7 }],
    [
      'invalidValue',
      { op: 'replace', path: 'emails', value: Array.from({ length: 51 }, (_, n) => ({ value: `${n}` })) },
    ],
    ['invalidValue', { op: 'add', value: 'x' }],
    ['invalidSyntax', { op: 'move', path: 'title', value: 'x' }],
    ['invalidSyntax', { op: 'add', OP: 'add', path: 'title', value: 'x' }],
  ])('is refused with %s: %j', (scimType, operation) => {
    expect(() => patched(operation)).toThrow(expect.objectContaining({ scimType, status: 400 }))
  })

  it('is refused where it is not one', () => {
    for (const body of [
      null,
      [],
      {},
      { Operations: [] },
      patch(),
      { ...patch({ op: 'add', value: {} }), schemas: ['x'] },
      patch(...Array.from({ length: 1001 }, () => ({ op: 'add', value: {} }))),
    ])
      expect(() => parsePatch(body)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }))
  })
})
