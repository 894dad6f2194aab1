import { expect, it } from 'vitest'
import { KINDS } from './testing/correlations.ts'
import { packOf } from './testing/rules.ts'

const problem = (body: string): string => {
  const { problems } = packOf(`${KINDS}---\ntitle: hit\nid: hit\ncorrelation:\n${body}\n`)
  expect(problems).toHaveLength(1)
  return `${problems[0]?.line} ${problems[0]?.code}: ${problems[0]?.reason}`
}
const lines = (...given: string[]) => given.map((line) => `  ${line}`).join('\n')
const COUNT = ['type: event_count', 'rules: [a]', 'timespan: 5m', 'condition: { gte: 2 }']
const without = (key: string, ...more: string[]) => lines(...COUNT.filter((line) => !line.startsWith(key)), ...more)

it.each([
  [without('type'), 'correlation type "undefined"'],
  [without('type', 'type: event_sum'), '27 unsupported: correlation type "event_sum"'],
  [without('rules'), 'a correlation names its rules'],
  [without('rules', 'rules: [a, a]'), 'names a rule twice'],
  [without('rules', 'rules: [nobody]'), 'unresolved: no rule "nobody"'],
  [without('rules', 'rules: [hit]'), 'the correlation stands on itself'],
  [without('timespan'), '"timespan" is a number above 0'],
  [without('timespan', 'timespan: 0s'), '"timespan" is a number above 0'],
  [without('timespan', 'timespan: 5min'), '27 malformed: "timespan"'],
  [without('condition'), 'event_count has a condition'],
  [without('condition', 'condition: {}'), 'a condition has one of'],
  [without('condition', 'condition: { gte: many }'), '"gte" takes a number'],
  [without('condition', 'condition: { atleast: 3 }'), 'condition knows no "atleast"'],
  [without('condition', 'condition: { gte: 3, field: x }'), 'event_count takes no field'],
  [without('condition', 'condition: { gte: 10000000 }'), 'too_large'],
  [without('condition', 'condition: a and b'), 'goes with temporal correlations'],
  [lines(...COUNT, 'generate: often'), '"generate" is a boolean'],
  [lines(...COUNT, 'group_by: [x]'), '28 unsupported: correlation knows no "group_by"'],
  [lines(...COUNT, 'group-by: [x]', 'aliases: { x: { b: y } }'), 'alias "x" says nothing of the rule "a"'],
  [lines('type: value_count', 'rules: [a]', 'timespan: 5m', 'condition: { gte: 2 }'), 'value_count names a field'],
  [
    lines('type: value_sum', 'rules: [a]', 'timespan: 5m', 'condition: { gte: 2, field: [x, y] }'),
    'value_sum takes one field',
  ],
  [
    lines('type: value_percentile', 'rules: [a]', 'timespan: 5m', 'condition: { gte: 2, field: x }'),
    '"percentile" from 0 to 100',
  ],
  [
    lines('type: temporal', 'rules: [a, b]', 'timespan: 5m', 'condition: a'),
    'rules that the condition does not name: b',
  ],
  [lines('type: temporal', 'rules: [a]', 'timespan: 5m', 'condition: a and b'), 'names rules that are not listed: b'],
  [lines('type: temporal', 'timespan: 5m', 'condition: not a'), 'can hold without any event'],
  [lines('type: temporal', 'timespan: 5m', 'condition: a and not a'), 'can never hold'],
  [lines('type: temporal', 'timespan: 5m', 'condition: 1 of them'), '"of" in a condition over rules'],
])('%j is refused', (body, reason) => {
  expect(problem(body)).toContain(reason)
})

it('correlations that stand on each other in a circle are all problems', () => {
  const { problems, rules } = packOf(
    `${KINDS}---\ntitle: x\nname: x\ncorrelation: { type: temporal, rules: [y, a], timespan: 1m }\n---\ntitle: y\nname: y\ncorrelation: { type: temporal, rules: [x, a], timespan: 1m }\n`,
  )
  expect(problems.map(({ rule }) => rule).sort()).toEqual(['x', 'y'])
  expect(rules.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
})

it.each([
  ['90m', 5_400_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  ['1M', 2_629_746_000],
  ['1y', 31_556_952_000],
])('a timespan of %s is %d ms', (span, ms) => {
  const { rules } = packOf(`${KINDS}---\ntitle: x\ncorrelation: { type: temporal, rules: [a], timespan: ${span} }\n`)
  expect(rules.at(-1)).toMatchObject({ kind: 'correlation', spanMs: ms })
})
