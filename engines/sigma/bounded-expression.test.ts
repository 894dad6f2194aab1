import { fc, test } from '@fast-check/vitest'
import { RE2JS } from 're2js'
import { expect, it } from 'vitest'
import { isBounded } from './bounded-expression.ts'

it.each([
  ['abc', true],
  ['\\\\[a-zA-Z0-9]{1,32}\\.[a-zA-Z0-9]{1,6}\\.[ "\']{1}', true],
  ['^(?:foo|ba[rz])\\d{3}$', true],
  ['(a|b){1,5}', true],
  ['a?b{2}', true],
  ['a*', false],
  ['a+', false],
  ['a{2,}', false],
  ['(?:a{1,50}){1,50}', false],
  ['(a|b|c){20}', false],
  ['a{0,90}a{0,90}a', false],
  ['.', false],
  ['\\s', false],
  ['[^a]', false],
  ['(?i)a', false],
  ['(?=a)', false],
  ['a??', false],
  ['\\bx', false],
  ['é', false],
  ['a{300}', false],
  ['(a', false],
  ['a)', false],
  ['{1}', false],
])('%j is bounded: %s', (source, bounded) => {
  expect(isBounded(source)).toBe(bounded)
})

const piece = fc.constantFrom(
  'a',
  'b',
  'A',
  '\\.',
  '\\d',
  '\\w',
  '[ab]',
  '[a-c1]',
  '(?:a|b)',
  '(ab|b)',
  '^',
  '$',
  '|',
  '-',
  ' ',
  '[\\w.]',
)
const times = fc.constantFrom('', '', '', '?', '{2}', '{0,3}', '{1,2}')
const source = fc
  .array(
    fc.tuple(piece, times).map(([one, n]) => (/[|^$]/.test(one) && one.length === 1 ? one : one + n)),
    { maxLength: 6 },
  )
  .map((all) => all.join(''))
const text = fc
  .array(fc.constantFrom('a', 'b', 'A', '.', '1', '-', ' ', '\n', '\r', 'é', '😀', '\u2028', '_'), { maxLength: 9 })
  .map((all) => all.join(''))

test.prop([source, fc.array(text, { minLength: 1, maxLength: 5 })], { numRuns: 3000 })(
  'what runs on the platform’s engine finds what RE2 finds',
  (one, texts) => {
    if (!isBounded(one)) return
    const other = RE2JS.compile(one)
    for (const each of texts) expect(new RegExp(one).test(each), JSON.stringify(each)).toBe(other.test(each))
  },
)

it('the costliest bounded expression is quick on the text made against it', () => {
  const worst = 'a{0,60}a{0,60}b'
  expect(isBounded(worst)).toBe(true)
  expect(new RegExp(worst).test('a'.repeat(20_000))).toBe(false)
})
