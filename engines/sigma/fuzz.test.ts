import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { requiredLiteral } from './required-literal.ts'
import { matches, soundPack } from './testing/rules.ts'

/** Few letters, so that rules and events meet; some that fold across alphabets, wildcards and escapes. */
const letters = fc.array(
  fc.constantFrom(
    'a',
    'b',
    'A',
    '.',
    '-',
    '/',
    '\\',
    'é',
    'É',
    'ς',
    'Σ',
    '\u212A',
    'k',
    '😀',
    ' ',
    'µ',
    'Μ',
    'ÿ',
    'Ÿ',
    '\u212B',
    'å',
  ),
  { maxLength: 7 },
)
const word = letters.map((list) => list.join(''))
const long = fc
  .array(fc.constantFrom('ab', 'ba', 'AbA', 'kk', '\u212Ak', 'é', '\\x', 'aµb', '\u03bca'), { maxLength: 8 })
  .map((list) => list.join(''))
const pattern = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.oneof(word, long) }, fc.constantFrom('*', '?', '\\*', '\\\\')), {
    maxLength: 3,
  })
  .map((list) => list.join(''))
const expressionText = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'A',
      'ab',
      '.',
      '[ab]',
      '[^a]',
      '(a|b)',
      '(?:ab)+',
      'a*',
      'b?',
      'ab{1,2}',
      'a+',
      '\\d',
      '\\.',
      '|',
      '^',
      '$',
      'k',
      'aba',
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.join(''))
const field = fc.constantFrom('f', 'g', 'h.i')

const item = fc.oneof(
  fc.tuple(
    field,
    fc.oneof(
      pattern,
      fc.constantFrom(null, '', 1, true),
      fc.array(fc.oneof(pattern, fc.constant(null)), { minLength: 1, maxLength: 4 }),
    ),
  ),
  fc.tuple(
    fc
      .tuple(
        field,
        fc.constantFrom(
          'contains',
          'startswith',
          'endswith',
          'contains|cased',
          'contains|neq',
          'windash',
          'cased',
          'neq',
        ),
      )
      .map((all) => all.join('|')),
    fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 5 })),
  ),
  fc.tuple(
    field.map((name) => `${name}|contains|all`),
    fc.array(pattern, { minLength: 1, maxLength: 3 }),
  ),
  fc.tuple(
    field.map((name) => `${name}|exists`),
    fc.boolean(),
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom('re', 're|i', 're|s')).map((all) => all.join('|')),
    expressionText,
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom('lt', 'gte')).map((all) => all.join('|')),
    fc.integer({ min: -3, max: 3 }),
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom('fieldref', 'fieldref|contains', 'fieldref|neq')).map((all) => all.join('|')),
    fc.constantFrom('g', 'f'),
  ),
)
const identifier = fc.oneof(
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items)),
  fc.array(
    fc.tuple(item).map((items) => Object.fromEntries(items)),
    { minLength: 1, maxLength: 3 },
  ),
  fc.array(
    fc.oneof(word, long).filter((text) => /[^\\*?]/.test(text)),
    { minLength: 1, maxLength: 3 },
  ),
)
const condition = fc.constantFrom(
  'a',
  'a and b',
  'a or b',
  'not a',
  'a and not b',
  'not (a and b)',
  '1 of them',
  'all of them',
  'not 1 of *',
  'a or not b',
)
const rules = fc.array(fc.record({ a: identifier, b: identifier, condition }), { minLength: 1, maxLength: 6 })

const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(word, long) },
  fc.constantFrom(null, 0, 1, -2, true, false, '2'),
)
const value = fc.oneof({ weight: 5, arbitrary: scalar }, fc.array(scalar, { maxLength: 3 }), fc.constant({ x: 'ab' }))
const event = fc.record({ f: value, g: value, h: fc.record({ i: value }), k: value }, { requiredKeys: [] })

test.prop([rules, fc.array(event, { minLength: 1, maxLength: 6 })], { numRuns: 1000 })(
  'the index, the index from the cache and the oracle find the same rules, whatever rules and events',
  (detections, events) => {
    const text = detections
      .map(
        (detection, i) =>
          `title: r${i}\nid: r${i}\nlogsource: { product: test }\ndetection: ${JSON.stringify(detection)}\n`,
      )
      .join('---\n')
    const pack = soundPack(text)
    for (const one of events) matches(pack, one)
  },
)

test.prop([expressionText, word, long], { numRuns: 3000 })(
  'a required literal is in everything that its expression finds',
  (source, left, right) => {
    const literal = requiredLiteral(source)
    for (const text of [left, right, left + right]) {
      if (literal !== null && new RegExp(source).test(text)) expect(text.toLowerCase()).toContain(literal.toLowerCase())
    }
  },
)

it.each([
  ['foobar', 'foobar'],
  ['(?i)foobar', 'foobar'],
  ['foo|bar', null],
  ['(foo|bar)baz+', 'baz'],
  ['foo.*barbaz', 'barbaz'],
  ['fooo?bar', 'foo'],
  ['foox*bar', 'foo'],
  ['[abc]def', 'def'],
  ['\\d{3}abc\\.d', 'abc.d'],
  ['\\Qa|b\\E', null],
  ['(?x)a b c', null],
  ['ab', null],
])('the literal that %j requires is %j', (source, literal) => {
  expect(requiredLiteral(source)).toBe(literal)
})
