import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { within } from './correlation-ir.ts'
import { Correlator } from './correlator.ts'
import { fold } from './fold.ts'
import type { Pack } from './pack.ts'
import { at, correlationPack, type Happening, Stream } from './testing/correlations.ts'

const COUNTING = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_min',
  'value_max',
  'value_median',
  'value_percentile',
] as const
const SPAN = 10

const bodyOf = (type: (typeof COUNTING)[number], bound: number): string => {
  const field = type === 'event_count' ? '' : `, field: ${type === 'value_count' ? 'u' : 'n'}`
  const percentile = type === 'value_percentile' ? ', percentile: 80' : ''
  return `{ type: ${type}, rules: [a, b], group-by: [g], timespan: ${SPAN}s, condition: { gte: ${bound}${field}${percentile} } }`
}

const happening: fc.Arbitrary<Happening[]> = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 1, 2, 3, 7, 11),
      kind: fc.constantFrom('a', 'b', 'c', 'd'),
      g: fc.constantFrom('x', 'X', 'y'),
      u: fc.constantFrom('p', 'q', 'r', 's'),
      n: fc.integer({ min: -5, max: 9 }),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let t = 0
    return steps.map(({ gap, ...rest }, i) => {
      t += gap
      return { t, ref: `e${i}`, ...rest }
    })
  })

/** What the windows say by keeping everything: the number over all events of the group in the span that ends here. */
function slowly(type: (typeof COUNTING)[number], events: readonly Happening[]): number {
  const numbers = events.map((event) => Number(event['n'])).sort((a, b) => a - b)
  const percentile = (p: number) => {
    const rank = ((numbers.length - 1) * p) / 100
    const low = numbers[Math.floor(rank)] ?? Number.NaN
    const high = numbers[Math.ceil(rank)] ?? Number.NaN
    return low + (high - low) * (rank - Math.floor(rank))
  }
  const sum = numbers.reduce((all, n) => all + n, 0)
  switch (type) {
    case 'event_count':
      return events.length
    case 'value_count':
      return new Set(events.map((event) => event['u'])).size
    case 'value_sum':
      return sum
    case 'value_avg':
      return sum / events.length
    case 'value_min':
      return percentile(0)
    case 'value_max':
      return percentile(100)
    case 'value_median':
      return percentile(50)
    case 'value_percentile':
      return percentile(80)
  }
}

function hitsSlowly(type: (typeof COUNTING)[number], bound: number, events: readonly Happening[]): string[] {
  const hits: string[] = []
  const holding = new Map<string, boolean>()
  const past: Happening[] = []
  for (const event of events) {
    if (event.kind !== 'a' && event.kind !== 'b') continue
    past.push(event)
    const group = fold(String(event['g']))
    const mine = past.filter((one) => fold(String(one['g'])) === group && one.t >= event.t - SPAN)
    // A window without an event before is a new one: whatever held is over.
    if (mine.length === 1) holding.set(group, false)
    const holds = within([['gte', bound]], slowly(type, mine))
    if (holds && holding.get(group) !== true) hits.push(`hit@${event.t} ${event['g']}`)
    holding.set(group, holds)
  }
  return hits
}

test.prop([fc.constantFrom(...COUNTING), fc.integer({ min: 1, max: 4 }), happening], { numRuns: 600 })(
  'windows with constant work say what keeping every event says',
  (type, bound, events) => {
    const stream = new Stream(correlationPack(['hit', bodyOf(type, bound)]))
    expect(stream.feed(...events)).toEqual(hitsSlowly(type, bound, events))
  },
)

test.prop([happening], { numRuns: 400 })('ordered sequences are found as by trying all', (events) => {
  const pack = correlationPack(['hit', `{ type: temporal_ordered, rules: [a, b, c], timespan: ${SPAN}s }`])
  const wanted: string[] = []
  let holding = false
  const past: Happening[] = []
  for (const event of events) {
    if (event.kind === 'd') continue
    past.push(event)
    const mine = past.filter((one) => one.t >= event.t - SPAN)
    if (mine.length === 1) holding = false
    const kinds = mine.map(({ kind }) => kind).join('')
    const holds = /a.*b.*c/.test(kinds)
    if (holds && !holding) wanted.push(`hit@${event.t}`)
    holding = holds
  }
  expect(new Stream(pack).feed(...events)).toEqual(wanted)
})

const MIXED: Pack = correlationPack(
  ...COUNTING.map((type): [string, string] => [type, bodyOf(type, 2)]),
  ['ordered', '{ type: temporal_ordered, rules: [a, b, c], group-by: [g], timespan: 10s }'],
  ['some', '{ type: temporal, rules: [a, b, c], group-by: [g], timespan: 10s, condition: { gte: 2 } }'],
  ['lacking', "{ type: temporal, group-by: [g], timespan: 10s, condition: 'a and not d or b and c and not d' }"],
  ['chain', '{ type: temporal_ordered, rules: [lacking, ordered], group-by: [g], timespan: 60s, generate: true }'],
)

test.prop([happening, fc.nat(40), fc.constantFrom(0, 3000)], { numRuns: 300 })(
  'a snapshot at any event, through JSON, goes on to the same hits in the same order',
  (events, cut, latenessMs) => {
    const whole = new Stream(MIXED, { latenessMs })
    const wanted = [...whole.feed(...events), ...whole.advance(1000)]
    const stream = new Stream(MIXED, { latenessMs })
    const first = stream.feed(...events.slice(0, cut))
    const snapshot = JSON.parse(JSON.stringify(stream.correlator.snapshot()))
    stream.correlator = new Correlator(MIXED, { latenessMs }, snapshot)
    expect(JSON.parse(JSON.stringify(stream.correlator.snapshot()))).toEqual(snapshot)
    expect([...first, ...stream.feed(...events.slice(cut)), ...stream.advance(1000)]).toEqual(wanted)
    expect(stream.correlator.counts).toEqual(whole.correlator.counts)
  },
)

test.prop(
  [
    happening.filter((events) => new Set(events.map(({ t }) => t)).size === events.length),
    fc.infiniteStream(fc.nat(2)),
  ],
  { numRuns: 300 },
)('events out of order within the lateness give the hits of their order', (events, delays) => {
  const inOrder = new Stream(MIXED)
  const wanted = [...inOrder.feed(...events), ...inOrder.advance(1000)]
  const shuffled = events
    .map((event) => ({ event, arrives: event.t + (delays.next().value ?? 0) }))
    .sort((a, b) => a.arrives - b.arrives)
    .map(({ event }) => event)
  const late = new Stream(MIXED, { latenessMs: 3000 })
  expect([...late.feed(...shuffled), ...late.advance(1000)]).toEqual(wanted)
  expect(late.correlator.counts.late).toBe(0)
})

it('a snapshot of other rules is refused', () => {
  const snapshot = new Correlator(MIXED).snapshot()
  const other = correlationPack(['hit', bodyOf('event_count', 2)])
  expect(() => new Correlator(other, {}, snapshot)).toThrow(expect.objectContaining({ code: 'stale' }))
})

it('groups beyond the limit go, the stalest first, and are counted by rule', () => {
  const pack = correlationPack(['hit', bodyOf('event_count', 2)])
  const stream = new Stream(pack, { groups: 3 })
  expect(stream.feed(...['p', 'q', 'r', 's'].map((g) => at(0, 'a', { g })))).toEqual([])
  expect(stream.feed(at(1, 'a', { g: 'p' }), at(1, 'a', { g: 's' }))).toEqual(['hit@1 s'])
  expect(stream.correlator.counts).toMatchObject({ evicted: 2, evictedBy: { hit: 2 } })
  expect(stream.correlator.held.groups).toBe(3)
})

it('groups whose window is over are forgotten without being counted', () => {
  const stream = new Stream(correlationPack(['hit', bodyOf('event_count', 2)]))
  for (let i = 0; i < 5000; i++) stream.feed(at(i, 'a', { g: `g${i}` }))
  expect(stream.correlator.held.groups).toBeLessThanOrEqual(SPAN + 1)
  expect(stream.correlator.counts.evicted).toBe(0)
})

it('entries of one group beyond the limit go, and are counted', () => {
  const stream = new Stream(correlationPack(['hit', bodyOf('value_sum', 3)]), { entriesPerGroup: 2 })
  const one = (t: number) => at(t, 'a', { g: 'x', n: 1 })
  expect(stream.feed(one(0), one(1), one(2), one(3))).toEqual([])
  expect(stream.correlator.counts.trimmed).toBe(2)
})

it('counting keeps no more than its condition asks', () => {
  const pack = correlationPack(['hit', bodyOf('event_count', 3)], ['more', bodyOf('value_count', 3)])
  const stream = new Stream(pack)
  for (let i = 0; i < 10_000; i++) stream.feed(at(1, 'a', { g: 'x', u: `u${i}` }))
  expect(JSON.stringify(stream.correlator.snapshot()).length).toBeLessThan(3000)
})

it('one clock in the future ends no window, and one in the past loses no event', () => {
  const pack = correlationPack(['hit', bodyOf('event_count', 3)])
  const correlator = new Correlator(pack)
  const observe = (time: number, arrived: number) =>
    correlator.observe({ event: at(0, 'a', { g: 'x' }), matched: [0], time, arrived }).length
  expect(observe(1000, 1000)).toBe(0)
  expect(observe(4_000_000_000_000, 2000)).toBe(0)
  expect(observe(-5, 3000)).toBe(1)
  expect(observe(Number.NaN, 4000)).toBe(0)
  expect(correlator.counts).toMatchObject({ ahead: 1, late: 1, untimed: 1 })
})

it('matches without the field of the group or of the condition are not counted, and said to be so', () => {
  const stream = new Stream(correlationPack(['hit', bodyOf('value_sum', 1)]))
  expect(stream.feed(at(0, 'a', { n: 5 }), at(1, 'a', { g: 'x' }), at(2, 'a', { g: 'x', n: 'five' }))).toEqual([])
  expect(stream.correlator.counts).toMatchObject({ ungrouped: 1, valueless: 2 })
})

it('more waiting events than there is room for are judged early, in their order', () => {
  const stream = new Stream(correlationPack(['hit', bodyOf('event_count', 2)]), { latenessMs: 60_000, waiting: 2 })
  expect(
    stream.feed(at(3, 'a', { g: 'x' }), at(1, 'a', { g: 'x' }), at(2, 'a', { g: 'x' }), at(4, 'a', { g: 'x' })),
  ).toEqual(['hit@2 x'])
  expect(stream.correlator.counts.hurried).toBe(2)
})
