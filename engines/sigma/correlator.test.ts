import { expect, it } from 'vitest'
import { at, correlationPack, KINDS, Stream } from './testing/correlations.ts'
import { packOf } from './testing/rules.ts'

const stream = (...correlations: [string, string][]) => new Stream(correlationPack(...correlations))

it('a count holds from the event that reaches it, once, and again after it has not held', () => {
  const one = stream([
    'many',
    '{ type: event_count, rules: [a], group-by: [ip], timespan: 10s, condition: { gte: 3 } }',
  ])
  expect(
    one.feed(at(0, 'a', { ip: 'x' }), at(1, 'a', { ip: 'y' }), at(5, 'a', { ip: 'x' }), at(10, 'a', { ip: 'x' })),
  ).toEqual(['many@10 x'])
  expect(one.feed(at(11, 'a', { ip: 'x' }), at(12, 'a', { ip: 'x' }))).toEqual([])
  expect(one.feed(at(40, 'a', { ip: 'x' }), at(41, 'a', { ip: 'x' }), at(42, 'a', { ip: 'x' }))).toEqual(['many@42 x'])
})

it('both ends of a window belong to it, and no clock boundary cuts it', () => {
  const body = '{ type: event_count, rules: [a], timespan: 1m, condition: { gte: 2 } }'
  expect(stream(['hit', body]).feed(at(59, 'a'), at(119, 'a'))).toEqual(['hit@119'])
  expect(stream(['hit', body]).feed(at(59, 'a'), at(119.001, 'a'))).toEqual([])
})

it.each([
  ['{ gt: 2 }', [3]],
  ['{ gte: 2, lt: 4 }', [2]],
  ['{ eq: 2 }', [2]],
  ['{ neq: 1 }', [2]],
  ['{ lte: 1 }', [1]],
  ['{ gt: 1, lte: 2 }', [2]],
])('the bounds %s come to hold at events %j', (condition, expected) => {
  const one = stream(['hit', `{ type: event_count, rules: [a], timespan: 1h, condition: ${condition} }`])
  expect(one.feed(at(1, 'a'), at(2, 'a'), at(3, 'a'), at(4, 'a'))).toEqual(expected.map((t) => `hit@${t}`))
})

it('distinct values count once however often they come, upper and lower case as one', () => {
  const one = stream([
    'hit',
    '{ type: value_count, rules: [a], group-by: [ip], timespan: 10s, condition: { field: user, gte: 3 } }',
  ])
  const user = (t: number, name: string) => at(t, 'a', { ip: 'x', user: name })
  expect(one.feed(user(0, 'u'), user(1, 'U'), user(2, 'v'), user(3, 'v'), user(4, 'w'))).toEqual(['hit@4 x'])
  expect(one.feed(user(30, 'u'), user(31, 'v'), user(45, 'w'))).toEqual([])
})

it('several fields count as tuples', () => {
  const one = stream(['hit', '{ type: value_count, rules: [a], timespan: 1h, condition: { field: [u, h], gte: 2 } }'])
  expect(
    one.feed(at(0, 'a', { u: 'a', h: 'bc' }), at(1, 'a', { u: 'a', h: 'bc' }), at(2, 'a', { u: 'ab', h: 'c' })),
  ).toEqual(['hit@2'])
})

it.each([
  ['value_sum', '{ field: n, gt: 9 }', [1, 4, 5], 2],
  ['value_avg', '{ field: n, gte: 4 }', [1, 4, 7], 2],
  ['value_min', '{ field: n, lte: -1 }', [1, 4, -1], 2],
  ['value_max', '{ field: n, gte: 7 }', [1, 4, 7], 2],
  ['value_median', '{ field: n, gte: 2.5 }', [1, 1, 4, 4], 3],
  ['value_percentile', '{ field: n, gte: 6, percentile: 90 }', [1, 2, 3, 10], 3],
])('%s with %s over %j holds at event %d', (type, condition, numbers, second) => {
  const one = stream(['hit', `{ type: ${type}, rules: [a], timespan: 1h, condition: ${condition} }`])
  expect(one.feed(...numbers.map((n, t) => at(t, 'a', { n })))).toEqual([`hit@${second}`])
})

it('temporal wants all of its rules within the span, in any order, of one group', () => {
  const one = stream(['hit', '{ type: temporal, rules: [a, b, c], group-by: [u], timespan: 10s }'])
  expect(
    one.feed(at(0, 'c', { u: 'x' }), at(2, 'a', { u: 'y' }), at(4, 'b', { u: 'x' }), at(8, 'a', { u: 'x' })),
  ).toEqual(['hit@8 x'])
  expect(
    stream(['hit', '{ type: temporal, rules: [a, b, c], timespan: 10s, condition: { gte: 2 } }']).feed(
      at(0, 'c'),
      at(3, 'a'),
    ),
  ).toEqual(['hit@3'])
})

it('temporal_ordered wants the order of its rules, found among repeats', () => {
  const body = '{ type: temporal_ordered, rules: [a, b, c], timespan: 10s }'
  expect(stream(['hit', body]).feed(at(0, 'b'), at(1, 'a'), at(2, 'c'))).toEqual([])
  expect(stream(['hit', body]).feed(at(0, 'a'), at(1, 'b'), at(2, 'a'), at(3, 'c'))).toEqual(['hit@3'])
  expect(stream(['hit', body]).feed(at(0, 'a'), at(5, 'b'), at(11, 'c'))).toEqual([])
  expect(stream(['hit', body]).feed(at(0, 'a'), at(4, 'a'), at(5, 'b'), at(11, 'c'))).toEqual(['hit@11'])
})

it('one event that matches two rules is no sequence with itself', () => {
  const pack = packOf(
    `${KINDS}---\ntitle: a2\nname: a2\nlogsource: { product: test }\ndetection: { s: { kind: a }, condition: s }\n---\ntitle: hit\nname: hit\ncorrelation: { type: temporal_ordered, rules: [a, a2], timespan: 10s }\n`,
  )
  const one = new Stream(pack)
  expect(one.feed(at(0, 'a'))).toEqual([])
  expect(one.feed(at(1, 'a'))).toEqual(['hit@1'])
})

it('extended conditions hold in any of their ways', () => {
  const one = stream(['hit', "{ type: temporal, timespan: 10s, condition: 'a and (b or c)' }"])
  expect(one.feed(at(0, 'b'), at(1, 'd'), at(2, 'a'))).toEqual(['hit@2'])
  expect(one.feed(at(30, 'a'), at(31, 'c'))).toEqual(['hit@31'])
  const ordered = stream([
    'hit',
    "{ type: temporal_ordered, rules: [a, b, c], timespan: 10s, condition: '(a or b) and c' }",
  ])
  expect(ordered.feed(at(0, 'c'), at(1, 'b'))).toEqual([])
  expect(ordered.feed(at(2, 'c'))).toEqual(['hit@2'])
})

it('what must be lacking is waited for until the window is over', () => {
  const body = "{ type: temporal, group-by: [u], timespan: 10s, condition: 'a and not b' }"
  const lacking = stream(['hit', body])
  expect(lacking.feed(at(0, 'a', { u: 'x' }))).toEqual([])
  expect(lacking.advance(10)).toEqual([])
  expect(lacking.advance(10.001)).toEqual(['hit@10 x'])
  const late = stream(['hit', body])
  expect(late.feed(at(0, 'a', { u: 'x' }), at(10, 'b', { u: 'x' }))).toEqual([])
  expect(late.advance(60)).toEqual([])
  const early = stream(['hit', body])
  expect(early.feed(at(0, 'b', { u: 'x' }), at(5, 'a', { u: 'x' }))).toEqual([])
  expect(early.advance(60)).toEqual([])
  const other = stream(['hit', body])
  expect(other.feed(at(0, 'a', { u: 'x' }), at(1, 'b', { u: 'y' }), at(20, 'd', {}))).toEqual(['hit@10 x'])
})

it('correlations chain: failures in number, then a success, of one user', () => {
  const one = stream(
    ['breach', '{ type: temporal_ordered, rules: [many, b], group-by: [u], timespan: 60s }'],
    ['many', '{ type: event_count, rules: [a], group-by: [u], timespan: 60s, condition: { gte: 3 } }'],
  )
  const event = (t: number, kind: string, u = 'x') => at(t, kind, { u })
  expect(one.feed(event(0, 'a'), event(1, 'a'), event(2, 'b'))).toEqual([])
  expect(one.feed(event(3, 'a'), event(4, 'b', 'y'), event(5, 'b'))).toEqual(['breach@5 x'])
})

it('only the outermost rule reports, unless it says `generate`', () => {
  const inner: [string, string] = ['many', '{ type: event_count, rules: [a], timespan: 60s, condition: { gte: 2 } }']
  const quiet = stream(inner, ['outer', '{ type: temporal, rules: [many, b], timespan: 60s }'])
  expect(quiet.feed(at(0, 'a'), at(1, 'a'), at(2, 'b'))).toEqual(['outer@2'])
  expect(quiet.pack.rules.filter((rule) => rule.silent).map(({ name }) => name)).toEqual(['a', 'b', 'many'])
  const loud = stream(inner, ['outer', '{ type: temporal, rules: [many, b], timespan: 60s, generate: true }'])
  expect(loud.feed(at(0, 'a'), at(1, 'a'), at(2, 'b'))).toEqual(['many@1', 'outer@2'])
})

it('a count of correlations counts each time one comes to hold, not each event while it holds', () => {
  const one = stream(
    ['many', '{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 2 } }'],
    ['spray', '{ type: value_count, rules: [many], timespan: 60s, condition: { field: u, gte: 2 } }'],
    ['waves', '{ type: event_count, rules: [many], timespan: 60s, condition: { gte: 2 } }'],
  )
  const u = (t: number, user: string) => at(t, 'a', { u: user })
  expect(one.feed(u(0, 'x'), u(1, 'x'), u(2, 'x'), u(3, 'x'))).toEqual([])
  expect(one.feed(u(4, 'y'), u(5, 'y'))).toEqual(['spray@5', 'waves@5'])
})

it('aliases name one thing by the field that each rule has it in', () => {
  const one = stream([
    'hit',
    '{ type: temporal, rules: [a, b], group-by: [ip], timespan: 10s, aliases: { ip: { a: src.ip, b: dst.ip } } }',
  ])
  expect(one.feed(at(0, 'a', { src: { ip: 'x' } }), at(1, 'b', { src: { ip: 'x' }, dst: { ip: 'y' } }))).toEqual([])
  expect(one.feed(at(2, 'b', { 'dst.ip': 'X' }))).toEqual(['hit@2 X'])
})

it('groups of a correlation are known above by the names that it gives them', () => {
  const one = stream(
    [
      'many',
      '{ type: event_count, rules: [a], group-by: [ip], timespan: 60s, condition: { gte: 2 }, aliases: { ip: { a: src } } }',
    ],
    [
      'both',
      '{ type: temporal, rules: [many, b], group-by: [ip], timespan: 60s, aliases: { ip: { many: ip, b: dst } } }',
    ],
  )
  expect(one.feed(at(0, 'a', { src: 'x' }), at(1, 'a', { src: 'x' }), at(2, 'b', { dst: 'x' }))).toEqual(['both@2 x'])
})

it('a hit points to the events that brought it', () => {
  const one = stream([
    'hit',
    '{ type: event_count, rules: [a], group-by: [u, h], timespan: 1h, condition: { gte: 2 } }',
  ])
  one.feed(at(0, 'a', { u: 'Anna', h: 1, ref: 'e1' }))
  const [hit] = one.correlator.observe({
    event: at(1, 'a', { u: 'anna', h: '1' }),
    matched: [0],
    time: 1000,
    arrived: 1000,
    ref: 'e2',
  })
  expect(hit).toMatchObject({ at: 1000, group: { u: 'anna', h: '1' }, value: 2, refs: ['e1', 'e2'] })
})
