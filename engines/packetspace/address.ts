import { malformed } from './errors.ts'

/** A value of a field: a number up to 32 bits, a bigint for IPv6 addresses. */
export type Value = number | bigint

/** An interval, both ends included. */
export interface Range {
  readonly lo: Value
  readonly hi: Value
}

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/** An IPv4 address in dotted decimal as a number, or undefined. */
export function parseV4(text: string): number | undefined {
  const parts = V4.exec(text)
  if (parts === null) return undefined
  let value = 0
  for (const part of parts.slice(1)) {
    if (Number(part) > 255) return undefined
    value = value * 256 + Number(part)
  }
  return value
}

/** An IPv6 address (RFC 4291 section 2.2, with embedded IPv4) as a bigint, or undefined. */
export function parseV6(text: string): bigint | undefined {
  const colon = text.lastIndexOf(':')
  const embedded = parseV4(text.slice(colon + 1))
  const plain =
    embedded === undefined
      ? text
      : `${text.slice(0, colon + 1)}${Math.floor(embedded / 65536).toString(16)}:${(embedded % 65536).toString(16)}`
  const halves = plain.split('::')
  if (halves.length > 2 || !plain.includes(':')) return undefined
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...(tail ?? [])]
  let value = 0n
  for (const group of groups) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
    value = (value << 16n) | BigInt(`0x${group}`)
  }
  return value
}

/** An address of either family. */
export function parseAddress(text: string): { family: 'ip4' | 'ip6'; value: Value } | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return { family: 'ip4', value: v4 }
  const v6 = parseV6(text)
  return v6 === undefined ? undefined : { family: 'ip6', value: v6 }
}

/** All addresses of a prefix; bits after the prefix are ignored. */
export function prefixRange(value: Value, length: number): Range {
  if (typeof value === 'number') {
    if (!(length >= 0 && length <= 32)) throw malformed(`prefix length ${length}`)
    const size = 2 ** (32 - length)
    const lo = Math.floor(value / size) * size
    return { lo, hi: lo + size - 1 }
  }
  if (!(length >= 0 && length <= 128)) throw malformed(`prefix length ${length}`)
  const rest = BigInt(128 - length)
  const lo = (value >> rest) << rest
  return { lo, hi: lo + (1n << rest) - 1n }
}

/** `10.0.0.0/8`, `10.0.0.1`, `10.0.0.1-10.0.0.9`, `2001:db8::/32` as a range with its family. */
export function parseNet(text: string): { family: 'ip4' | 'ip6'; range: Range } {
  const dash = text.indexOf('-')
  if (dash > 0) {
    const lo = parseAddress(text.slice(0, dash))
    const hi = parseAddress(text.slice(dash + 1))
    if (lo === undefined || hi === undefined || lo.family !== hi.family || lo.value > hi.value)
      throw malformed(`"${text}" is no range of addresses`)
    return { family: lo.family, range: { lo: lo.value, hi: hi.value } }
  }
  const [address = '', length] = text.split('/')
  const parsed = parseAddress(address)
  if (parsed === undefined) throw malformed(`"${text}" is no address`)
  if (length === undefined) return { family: parsed.family, range: { lo: parsed.value, hi: parsed.value } }
  const mask = parseV4(length)
  if (mask !== undefined && parsed.family === 'ip4') {
    const bits = 32 - Math.log2(2 ** 32 - mask)
    if (Number.isInteger(bits)) return { family: 'ip4', range: prefixRange(parsed.value, bits) }
  }
  if (!/^\d{1,3}$/.test(length)) throw malformed(`"${text}" has no prefix length`)
  return { family: parsed.family, range: prefixRange(parsed.value, Number(length)) }
}

export function formatV4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

/** An IPv6 address as text by RFC 5952: lower case, the longest run of zeros shortened. */
export function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  let best = { at: -1, length: 1 }
  for (let at = 0; at < 8; at++) {
    let length = 0
    while (groups[at + length] === '0') length++
    if (length > best.length) best = { at, length }
  }
  if (best.at < 0) return groups.join(':')
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`
}

export const formatAddress = (value: Value): string => (typeof value === 'number' ? formatV4(value) : formatV6(value))

/** A range of addresses as address, prefix or `low-high`. */
export function formatNet({ lo, hi }: Range): string {
  if (lo === hi) return formatAddress(lo)
  const bits = typeof lo === 'number' ? 32 : 128
  const span = BigInt(hi) - BigInt(lo) + 1n
  const size = span.toString(2).length - 1
  if (1n << BigInt(size) === span && BigInt(lo) % span === 0n) return `${formatAddress(lo)}/${bits - size}`
  return `${formatAddress(lo)}-${formatAddress(hi)}`
}

/** Sorted, without overlaps, neighbours joined. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : 0))
  const merged: { lo: Value; hi: Value }[] = []
  for (const { lo, hi } of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && lo <= next(last.hi)) {
      if (hi > last.hi) last.hi = hi
    } else merged.push({ lo, hi })
  }
  return merged
}

const next = (value: Value): Value => (typeof value === 'number' ? value + 1 : value + 1n)
