import { formatNet, type Range } from './address.ts'
import type { Box } from './boxes.ts'
import { CT_STATES } from './ir.ts'
import type { PacketSpace, SpaceField } from './packet-fields.ts'

/** Names of hosts and segments by their addresses. */
export type Labels = ReadonlyMap<string, readonly Range[]>

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' }
/** Ranges that are listed in full; of longer lists the rest is counted. */
const SHOWN = 4

/**
 * A box as one line, as in `from office to customer-data (10.0.2.0/24) tcp dport 5432`. A set of addresses is called by a label where
 * it is exactly that; where it lies within one, by the label and the addresses.
 */
export function formatBox(space: PacketSpace, box: Box, labels: Labels = new Map()): string {
  const words: string[] = []
  const plain = (field: SpaceField, word: string): void => {
    const ranges = box.fields.get(field)
    if (ranges !== undefined) words.push(`${word} ${listed(ranges, numbers)}`)
  }
  const ends = [
    ['src', 'from'],
    ['dst', 'to'],
  ] as const
  for (const [field, word] of ends) {
    const ranges = box.fields.get(field)
    if (ranges !== undefined) words.push(`${word} ${addresses(ranges, labels)}`)
  }
  const protocols = box.fields.get('proto')
  if (protocols !== undefined)
    words.push(
      listed(protocols, (r) =>
        r.lo === r.hi ? (PROTOCOLS[Number(r.lo)] ?? `protocol ${r.lo}`) : `protocols ${numbers(r)}`,
      ),
    )
  plain('sport', 'sport')
  plain('dport', 'dport')
  plain('icmpType', 'type')
  plain('icmpCode', 'code')
  for (const [field, word] of [
    ['iif', 'in'],
    ['oif', 'out'],
  ] as const) {
    const ranges = box.fields.get(field)
    if (ranges === undefined) continue
    const names = space.interfaces.filter((_, i) => ranges.some((r) => i >= r.lo && i <= r.hi))
    // Every interface there is: no condition.
    if (names.length === space.interfaces.length - 1 && !names.includes('')) continue
    words.push(`${word} ${names.map((n) => (n === '' ? 'none' : n)).join('|') || 'none'}`)
  }
  const states = box.fields.get('ctState')
  if (states !== undefined) {
    const names = CT_STATES.filter((_, i) => states.some((r) => i >= r.lo && i <= r.hi))
    if (names.length < CT_STATES.length) words.push(names.join('|'))
  }
  plain('tcpFlags', 'flags')
  const fragments = box.fields.get('fragment')
  if (fragments !== undefined) words.push(fragments.some((r) => r.lo === 1) ? 'later fragments' : 'not fragmented')
  for (const [key, value] of box.opaque) words.push(`${value ? 'with' : 'without'} [${key}]`)
  return words.join(' ') || 'every packet'
}

function addresses(ranges: readonly Range[], labels: Labels): string {
  const text = listed(ranges, formatNet)
  for (const [name, of] of labels)
    if (of.length === ranges.length && of.every((r, i) => r.lo === ranges[i]?.lo && r.hi === ranges[i]?.hi))
      return `${name} (${text})`
  let best: { name: string; size: bigint } | undefined
  for (const [name, of] of labels) {
    const covers = ranges.every((r) => of.some((o) => r.lo >= o.lo && r.hi <= o.hi))
    const size = of.reduce((n, o) => n + BigInt(o.hi) - BigInt(o.lo) + 1n, 0n)
    if (covers && (best === undefined || size < best.size)) best = { name, size }
  }
  return best === undefined ? text : `${text} in ${best.name}`
}

const numbers = (r: Range): string => (r.lo === r.hi ? String(r.lo) : `${r.lo}-${r.hi}`)

function listed(ranges: readonly Range[], format: (r: Range) => string): string {
  const shown = ranges.slice(0, SHOWN).map(format).join(', ')
  return ranges.length > SHOWN ? `${shown} and ${ranges.length - SHOWN} more` : shown
}
