import { expect, it } from 'vitest'
import { explain, fieldsOf } from './explain.ts'
import type { Rule } from './pack.ts'
import { rule, soundPack } from './testing/rules.ts'

const eventRule = (one: Rule | undefined) => {
  if (one?.kind !== 'event') throw new Error('an event rule')
  return one
}

it('an explanation names what holds and the values that it holds for', () => {
  const pack = soundPack(
    rule(
      '  s1:\n    Image|endswith: x.exe\n    a.b: 1\n  s2:\n    c: 2\n  f:\n    d: 3\n  k:\n    - word\n  condition: (1 of s* or k) and not f',
    ),
  )
  const one = eventRule(pack.rules[0])
  expect(explain(pack, one, { Image: 'C:\\X.EXE', a: { b: 1 }, e: 'x', d: 4 })).toEqual({
    identifiers: ['s1'],
    fields: { Image: ['C:\\X.EXE'], 'a.b': ['1'] },
    words: false,
  })
  expect(explain(pack, one, { m: 'a word' })).toEqual({ identifiers: ['k'], fields: {}, words: true })
  expect(explain(pack, one, { c: 2, d: 3 })).toBe(null)
  expect([...fieldsOf(one)].map((field) => pack.fields[field]?.[0])).toEqual(['Image', 'a.b', 'c', 'd'])
})
