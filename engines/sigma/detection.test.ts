import { expect, it } from 'vitest'
import { matches, problemIn, rule, soundPack } from './testing/rules.ts'

const fires = (detection: string, event: Record<string, unknown>) =>
  matches(soundPack(rule(detection)), event).length === 1

it('a map wants all of its items, a list of maps any of its maps', () => {
  const map = '  s:\n    a: 1\n    b: 2\n  condition: s'
  expect(fires(map, { a: 1, b: 2 })).toBe(true)
  expect(fires(map, { a: 1 })).toBe(false)
  const list = '  s:\n    - a: 1\n    - b: 2\n      c: 3\n  condition: s'
  expect(fires(list, { a: 1 })).toBe(true)
  expect(fires(list, { b: 2 })).toBe(false)
  expect(fires(list, { b: 2, c: 3 })).toBe(true)
})

it('keywords stand in any value of the event, in none of its names', () => {
  const words = "  k:\n    - 'Event::Clear'\n    - 4711\n    - 'a*z'\n  condition: k"
  expect(fires(words, { x: { y: ['no', 'an event::clear here'] } })).toBe(true)
  expect(fires(words, { x: 4711 })).toBe(true)
  expect(fires(words, { x: 'xx a to z xx' })).toBe(true)
  expect(fires(words, { 'event::clear': 'x' })).toBe(false)
})

it('all keywords may stand in different values', () => {
  const words = "  k:\n    '|all':\n      - one\n      - two\n  condition: k"
  expect(fires(words, { a: 'xonex', b: { c: 'TWO' } })).toBe(true)
  expect(fires(words, { a: 'one' })).toBe(false)
})

it('keywords may be expressions, one scalar, and stand beside maps', () => {
  expect(fires("  k:\n    '|re': 'fo+bar'\n  condition: k", { m: 'x fooobar' })).toBe(true)
  expect(fires('  k: single\n  condition: k', { m: 'a SINGLE word' })).toBe(true)
  const mixed = '  k:\n    - word\n    - a: 1\n  condition: k'
  expect(fires(mixed, { a: 1 })).toBe(true)
  expect(fires(mixed, { b: 'word' })).toBe(true)
})

it('fields are found flat, nested, and through lists; names of objects’ own methods are no fields', () => {
  const nested = '  s:\n    a.b.c: x\n  condition: s'
  expect(fires(nested, { 'a.b.c': 'x' })).toBe(true)
  expect(fires(nested, { a: { b: { c: 'x' } } })).toBe(true)
  expect(fires(nested, { a: { 'b.c': 'x' } })).toBe(true)
  expect(fires(nested, { 'a.b': { c: 'x' } })).toBe(true)
  expect(fires(nested, { a: [{ b: { c: 'y' } }, { b: { c: 'x' } }] })).toBe(true)
  expect(fires(nested, { a: { b: 'x' } })).toBe(false)
  expect(fires('  s:\n    constructor|exists: true\n  condition: s', { a: 1 })).toBe(false)
  expect(fires('  s:\n    a.toString|exists: true\n  condition: s', { a: {} })).toBe(false)
  expect(fires('  s:\n    __proto__|exists: true\n  condition: s', { a: 1 })).toBe(false)
})

const three = '  a:\n    a: 1\n  b:\n    b: 1\n  _c:\n    c: 1\n'

it.each([
  ['a or b and not _c', { a: 1, c: 1 }, true],
  ['a or b and not _c', { b: 1, c: 1 }, false],
  ['(a or b) and not _c', { a: 1, c: 1 }, false],
  ['not a and b', { b: 1 }, true],
  ['not (a and b)', { a: 1, b: 1 }, false],
  ['not not a', { a: 1 }, true],
  ['1 of them', { c: 1 }, false],
  ['1 of them', { b: 1 }, true],
  ['any of them', { b: 1 }, true],
  ['all of them', { a: 1, b: 1 }, true],
  ['all of them', { a: 1, c: 1 }, false],
  ['a AND NOT _c', { a: 1 }, true],
  ['not 1 of a*', { b: 1 }, true],
] as const)('%s on %j: %s', (condition, event, result) => {
  expect(fires(`${three}  condition: ${condition}`, event)).toBe(result)
})

it('patterns of names have stars anywhere', () => {
  const names = '  sel_x_1:\n    a: 1\n  sel_y_2:\n    b: 1\n  sel_x_2:\n    c: 1\n'
  expect(fires(`${names}  condition: all of sel_*_2`, { b: 1, c: 1 })).toBe(true)
  expect(fires(`${names}  condition: all of *_x_*`, { a: 1, c: 1 })).toBe(true)
  expect(fires(`${names}  condition: 1 of sel_x_1`, { a: 1 })).toBe(true)
  expect(problemIn(rule(`${names}  condition: 1 of sel_z*`))).toContain('names no search identifier')
  expect(problemIn(rule(`${names}  condition: 1 of sel_x`))).toContain('names no search identifier')
})

it('a list of conditions holds where any does', () => {
  const list = `${three}  condition:\n    - a and b\n    - _c`
  expect(fires(list, { c: 1 })).toBe(true)
  expect(fires(list, { a: 1 })).toBe(false)
})

it.each([
  ['a and', 'ends where a name should stand'],
  ['a b', '"b" where it should end'],
  ['(a', 'lacks a closing parenthesis'],
  ['a)', 'where it should end'],
  ['and a', 'where a name should stand'],
  ['nobody', 'no search identifier "nobody"'],
  ['2 of them', '"2 of"'],
  ['1 of', 'without names'],
  ['a | count() > 5', 'write a correlation'],
  [`${'('.repeat(100)}a${')'.repeat(100)}`, 'nested deeper'],
  [`${'not '.repeat(100)}a`, 'nested deeper'],
])('the condition %j is refused', (condition, reason) => {
  expect(problemIn(rule(`${three}  condition: ${JSON.stringify(condition)}`))).toContain(reason)
})
