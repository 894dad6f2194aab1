import { Correlator } from '../../engines/sigma/correlator.ts'
import { compilePack } from '../../engines/sigma/pack.ts'
import { OWN } from '../../engines/sigma/pipelines/own.ts'
import { median, table } from '../median.ts'
import { cpuSeconds } from './cpu.ts'

const RUNS = 5
const EVENTS = 300_000
/** Distinct values that pass through one window. */
const DISTINCT = 1800

const KINDS: readonly (readonly [string, string])[] = [
  ['event_count', '{ gte: 900000 }'],
  ['value_count', '{ field: user, gte: 900000 }'],
  ['value_sum', '{ field: bytes, gte: 1000000000000 }'],
  ['value_avg', '{ field: bytes, gte: 1000000 }'],
  ['value_median', '{ field: bytes, gte: 1000000 }'],
  ['temporal', '{ gte: 3 }'],
  ['temporal_ordered', '{ gte: 3 }'],
]

/** Events per second through one correlation: 64 groups, windows of a minute, 1,800 distinct values in each. */
export function correlationRates(print: (text: string) => void): void {
  const rows = [['correlation', 'events/s', 'groups', 'lost']]
  for (const [type, condition] of KINDS) {
    const rules = type.startsWith('temporal') ? '[a, b, c]' : '[a]'
    const event = (name: string) =>
      `title: ${name}\nname: ${name}\nlogsource: { product: p }\ndetection: { s: { k: ${name} }, condition: s }\n---\n`
    const text = `${event('a')}${event('b')}${event('c')}title: c1\ncorrelation: { type: ${type}, rules: ${rules}, group-by: [ip], timespan: 60s, condition: ${condition} }\n`
    const pack = compilePack([{ file: 'bench.yml', text }], { pipeline: OWN })
    const times: number[] = []
    let held = { groups: 0, waiting: 0 }
    let lost = 0
    for (let round = 0; round < RUNS; round++) {
      const correlator = new Correlator(pack)
      const events = Array.from({ length: EVENTS }, (_, i) => ({
        ip: `192.0.2.${i % 64}`,
        user: `user${Math.floor(i / 64) % DISTINCT}`,
        bytes: (i * 7919) % 100_000,
      }))
      const began = cpuSeconds()
      // 64 groups and 1,800 values: a window holds 115,200 events.
      for (const [i, one] of events.entries()) {
        const time = Math.floor((i * 60_000) / (64 * DISTINCT))
        correlator.observe({ event: one, matched: [type.startsWith('temporal') ? i % 2 : 0], time, arrived: time })
      }
      times.push(cpuSeconds() - began)
      held = correlator.held
      lost = correlator.counts.evicted + correlator.counts.trimmed
    }
    rows.push([type, Math.round(EVENTS / median(times)).toLocaleString('en'), String(held.groups), String(lost)])
  }
  print(
    `${EVENTS} events that match, ${DISTINCT} distinct values in a window of each of 64 groups, processor time, medians of ${RUNS} runs`,
  )
  print(table(rows))
}
