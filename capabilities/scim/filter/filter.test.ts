import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimProblem } from '../protocol/scim-problem.ts'
import { readResource } from '../resource/read-resource.ts'
import { groupType, userType } from '../schema/resource-type.ts'
import { filterText, fulfils, type Wanted } from '../testing/naive-filter.ts'
import { ENTERPRISE, USER, user } from '../testing/scim-stage.ts'
import { matches } from './matches.ts'
import { parseFilter } from './parse-filter.ts'

const word = fc.constantFrom('a', 'B', 'ab', 'Ba', '"', 'ä', '')
const words = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const compare = (paths: readonly string[]): fc.Arbitrary<Wanted> =>
  fc.oneof(
    fc.record({ path: fc.constantFrom(...paths), by: fc.constantFrom(...words), value: word }),
    fc.record({ path: fc.constantFrom(...paths), by: fc.constantFrom('eq', 'ne'), value: fc.constant(null) }),
    fc.record({ has: fc.constantFrom(...paths) }),
  )
const truth = (path: string): fc.Arbitrary<Wanted> =>
  fc.record({ path: fc.constant(path), by: fc.constantFrom('eq', 'ne'), value: fc.boolean() })

function tree(leaf: fc.Arbitrary<Wanted>): fc.Arbitrary<Wanted> {
  return fc.letrec<{ node: Wanted }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({ all: fc.array(tie('node'), { minLength: 2, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('node'), { minLength: 2, maxLength: 3 }) }),
      fc.record({ no: tie('node') }),
    ),
  })).node
}
const inEmail = tree(fc.oneof(compare(['value', 'type']), truth('primary')))
const wanted = tree(
  fc.oneof(
    compare(['userName', 'externalId', 'title', 'name.givenName', 'emails', 'emails.type', 'emails.value']),
    truth('active'),
    fc.record({ of: fc.constant('emails'), that: inEmail }),
  ),
)
const filled = word.filter((text) => text !== '')
const json = fc.record(
  {
    userName: filled,
    externalId: filled,
    title: word,
    active: fc.boolean(),
    name: fc.record({ givenName: word }),
    emails: fc.uniqueArray(fc.record({ value: word, type: word, primary: fc.boolean() }, { requiredKeys: ['value'] }), {
      minLength: 1,
      maxLength: 3,
      selector: (one) => JSON.stringify(one),
    }),
  },
  { requiredKeys: ['userName'] },
)

describe('a filter', () => {
  it('holds where a naive reading of the tree it was written from holds', () => {
    const seen = [0, 0]
    fc.assert(
      fc.property(wanted, json, fc.boolean(), (tree, resource, loud) => {
        const text = filterText(tree, loud)
        fc.pre(text.length <= 4000)
        const holds = matches(parseFilter(userType, text), readResource(userType, { schemas: [USER], ...resource }))
        seen[holds ? 1 : 0] = (seen[holds ? 1 : 0] ?? 0) + 1
        expect(holds, text).toBe(fulfils(tree, resource))
      }),
      { numRuns: 2000 },
    )
    expect(Math.min(...seen)).toBeGreaterThan(200)
  })

  it('is read or refused as no filter, whatever is sent', () => {
    const piece = fc.constantFrom(
      'userName',
      'eq',
      '"x"',
      '"',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      'emails',
      '.value',
      ' ',
      'pr',
      '\\',
      '__proto__',
      'constructor',
      '1e9',
      'null',
      '\0',
      '💥',
    )
    const source = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(piece, { maxLength: 25 }).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(source, (text) => {
        try {
          parseFilter(userType, text)
        } catch (error) {
          expect(error).toBeInstanceOf(ScimProblem)
          expect((error as ScimProblem).scimType).toBe('invalidFilter')
        }
      }),
      { numRuns: 1000 },
    )
  })

  const ada = readResource(userType, {
    ...user('ada@example.com', { active: true, name: { familyName: 'Lovelace' } }),
    emails: [
      { type: 'work', value: 'ada@example.com', primary: true },
      { type: 'home', value: 'ada@home.org' },
    ],
    [ENTERPRISE]: { department: 'Analysis' },
  })
  it.each([
    ['userName eq "ADA@example.com"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ada"', true],
    ['name.familyName co "LOVE"', true],
    [`${ENTERPRISE}:department eq "analysis"`, true],
    ['emails[type eq "work" and value co "@example.com"]', true],
    ['emails[type eq "home" and value co "@example.com"]', false],
    ['emails co "home.org"', true],
    ['emails[type eq "work"].value eq "ada@example.com"', true],
    ['emails[type eq "home"].value eq "ada@example.com"', false],
    ['active eq true', true],
    ['active eq "True"', true],
    ['title pr', false],
    ['not (title pr) and userName pr', true],
    // `and` before `or`.
    ['title pr and title pr or userName pr', true],
    ['title pr and (title pr or userName pr)', false],
    ['userName EQ "x" OR not(userName eq "x")', true],
    ['userName eq "ada\\u0040example.com"', true],
  ])('%s is %s', (text, expected) => {
    expect(matches(parseFilter(userType, text), ada)).toBe(expected)
  })

  it.each([
    '',
    'userName',
    'userName eq',
    'userName is "x"',
    'userName eq x',
    'userName eq "x" and',
    'userName eq "x" "y"',
    '(userName eq "x"',
    'userName eq "x")',
    'not userName pr',
    'shoeSize eq "44"',
    'name eq "x"',
    'name.shoe eq "x"',
    'userName[value eq "x"]',
    'emails.type[value eq "x"]',
    'emails[type eq "work"',
    'emails[shoe eq "x"]',
    'emails[]',
    'active gt true',
    'active co "t"',
    'userName gt 5',
    'title gt null',
    'meta.created gt "yesterday"',
    'meta.created co "2026"',
    'userName eq "x\\q"',
    `${'('.repeat(31)}userName pr${')'.repeat(31)}`,
    Array.from({ length: 101 }, () => 'title pr').join(' or '),
    `userName eq "${'x'.repeat(4000)}"`,
  ])('%j is refused as invalidFilter', (text) => {
    expect(() => parseFilter(userType, text)).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter', status: 400 }),
    )
  })

  it('takes as much as it says', () => {
    const most = Array.from({ length: 100 }, () => 'title pr').join(' or ')
    expect(parseFilter(userType, most)).toMatchObject({ kind: 'or' })
    expect(parseFilter(userType, `${'('.repeat(30)}userName pr${')'.repeat(30)}`)).toMatchObject({ kind: 'present' })
    expect(parseFilter(groupType, 'members eq "x"')).toMatchObject({ kind: 'compare' })
  })
})
