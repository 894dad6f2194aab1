import { expect, it } from 'vitest'
import { Matcher } from './matcher.ts'
import { holds, matches, rule, SOURCE, soundPack } from './testing/rules.ts'

const words = soundPack(rule('  k:\n    - needle\n  s:\n    m|contains: needle\n  condition: k or s'))

it('a line of megabytes is searched to its end', () => {
  expect(matches(words, { m: `${'x'.repeat(4_000_000)}NEEDLE` })).toEqual(['r'])
})

it('an event nested a hundred thousand deep is searched without running out of stack', () => {
  let deep: unknown = 'a needle'
  for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { a: deep }
  expect(new Matcher(words).match({ x: deep }, SOURCE)).toEqual([0])
})

it('a list nested a hundred thousand deep in a field is read', () => {
  let deep: unknown = 'a needle'
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(
    new Matcher(soundPack(rule('  s:\n    m|contains: needle\n  condition: s'))).match({ m: deep }, SOURCE),
  ).toEqual([0])
})

it.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$', '^a{0,50}a{0,50}a{0,50}$'])(
  'the expression %s takes no time on a text made against it',
  (source) => {
    const pack = soundPack(rule(`  s:\n    f|re: ${JSON.stringify(source)}\n  condition: s`))
    expect(new Matcher(pack).match({ f: `${'a'.repeat(20_000)}!` }, SOURCE)).toEqual([])
  },
)

it('broken UTF-16, null characters and controls are text like any other', () => {
  expect(holds('f|contains', 'b', { f: '\ud800b\u0000\udfff' })).toBe(true)
  expect(holds('f|contains', 'a\u0000b', { f: 'xA\u0000Bx' })).toBe(true)
  expect(holds('f', '*\ud83d*', { f: 'x\ud83dx' })).toBe(true)
})

it('names of objects’ own methods in events do no harm', () => {
  const event = JSON.parse('{"__proto__": {"m": "needle"}, "constructor": "x", "hasOwnProperty": 1}')
  expect(matches(words, event)).toEqual(['r'])
  expect(({} as Record<string, unknown>)['m']).toBe(undefined)
})

it('a new log source with every event does not fill the memory', () => {
  const matcher = new Matcher(words)
  for (let i = 0; i < 5000; i++) {
    expect(matcher.match({ m: 'needle' }, { product: 'test', service: `s${i}` })).toEqual([0])
  }
})
