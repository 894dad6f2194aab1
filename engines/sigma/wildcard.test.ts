import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { MANY, matchPattern, ONE, type Part, readPattern } from './wildcard.ts'

const cases: [string, Part[]][] = [
  ['', []],
  ['plain', ['plain']],
  ['wild*cards?contained', ['wild', MANY, 'cards', ONE, 'contained']],
  ['\\*', ['*']],
  ['\\?', ['?']],
  ['\\\\*', ['\\', MANY]],
  ['\\\\\\*', ['\\*']],
  ['\\\\\\\\', ['\\\\']],
  ['\\\\\\x', ['\\\\x']],
  ['C:\\Windows\\cmd.exe', ['C:\\Windows\\cmd.exe']],
  ['ends\\', ['ends\\']],
  ['escaped\\*\\?\\\\*?', ['escaped*?\\', MANY, ONE]],
  ['a**b', ['a', MANY, 'b']],
]

it.each(cases)('%j is read with its escapes', (text, parts) => {
  expect(readPattern(text)).toEqual(parts)
})

it('a question mark is one character, also beyond the BMP, and never none', () => {
  expect(matchPattern('a😀b', readPattern('a?b'))).toBe(true)
  expect(matchPattern('ab', readPattern('a?b'))).toBe(false)
  expect(matchPattern('a😀', readPattern('*?'))).toBe(true)
  expect(matchPattern('', readPattern('?'))).toBe(false)
})

const part = fc.oneof(fc.constant<Part>(MANY), fc.constant<Part>(ONE), fc.stringMatching(/^[ab]{1,3}$/))

test.prop([fc.stringMatching(/^[ab]{0,14}$/), fc.array(part, { maxLength: 8 })])(
  'patterns match exactly what the platform’s expressions match',
  (text, parts) => {
    const source = parts.map((one) => (one === MANY ? '.*' : one === ONE ? '.' : one)).join('')
    expect(matchPattern(text, parts)).toBe(new RegExp(`^(?:${source})$`, 'su').test(text))
  },
)

it('a pattern of many stars takes no more than length times length', () => {
  const parts = readPattern('*a*a*a*a*a*a*a*a*a*a*a*a*b')
  expect(matchPattern('a'.repeat(20_000), parts)).toBe(false)
})
