import { parseV4, parseV6, prefixRange, type Range, type Value } from './address.ts'
import { both, either, type Family, type Formula, inRange, negate, type ValueField } from './ir.ts'
import {
  ICMP_CODES,
  ICMP_TYPES,
  ICMPV6_CODES,
  ICMPV6_TYPES,
  PORT_PROTOCOLS,
  PORTS,
  PROTOCOLS,
  TCP_FLAGS,
} from './nft-symbols.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/**
 * What stands left of a comparison. `guard` is what nft adds without printing it (the protocol that has the field); it holds outside
 * of any negation. `test` turns one value, prefix or range into a formula, undefined where it cannot.
 */
export interface Key {
  readonly guard: Formula
  readonly kind: 'value' | 'ctState' | 'tcpFlags'
  readonly test: (value: Json) => Formula | undefined
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const FIRST_FRAGMENT = inRange('fragment', 0)
const family = (is: Family): Formula => ({ op: 'family', is })
const proto = (...numbers: readonly number[]): Formula => ({
  op: 'in',
  field: 'proto',
  ranges: numbers.map((n) => ({ lo: n, hi: n })),
})
/** A header of the transport layer: only a whole packet or its first fragment has one. */
const transport = (number: number): Formula => both(proto(number), FIRST_FRAGMENT)

const symbols =
  (table: Readonly<Record<string, number>>, max: number) =>
  (text: Json): Value | undefined => {
    const n = typeof text === 'number' ? text : typeof text === 'string' ? (table[text] ?? numeral(text)) : undefined
    return n !== undefined && n >= 0 && n <= max ? n : undefined
  }

const numeral = (text: string): number | undefined => (/^(\d+|0x[0-9a-f]+)$/.test(text) ? Number(text) : undefined)
const port = symbols(PORTS, 65535)
const v4 = (text: Json): Value | undefined => (typeof text === 'string' ? parseV4(text) : undefined)
const v6 = (text: Json): Value | undefined => (typeof text === 'string' ? parseV6(text) : undefined)

/** A scalar, `{prefix}`, `{range}` or `{elem}` of JSON as an interval. */
function rangeOf(json: Json, scalar: (text: Json) => Value | undefined): Range | undefined {
  if (isObject(json)) {
    const { prefix, range, elem } = json
    if (isObject(elem)) return rangeOf(elem['val'] ?? null, scalar)
    if (isObject(prefix) && typeof prefix['len'] === 'number') {
      const at = scalar(prefix['addr'] ?? null)
      return at === undefined ? undefined : prefixRange(at, prefix['len'])
    }
    if (Array.isArray(range)) {
      const lo = scalar(range[0] as Json)
      const hi = scalar(range[1] as Json)
      return lo === undefined || hi === undefined || lo > hi ? undefined : { lo, hi }
    }
    return undefined
  }
  const at = scalar(json)
  return at === undefined ? undefined : { lo: at, hi: at }
}

function valueKey(guard: Formula, field: ValueField, scalar: (text: Json) => Value | undefined): Key {
  const test = (json: Json): Formula | undefined => {
    const range = rangeOf(json, scalar)
    return range === undefined ? undefined : { op: 'in', field, ranges: [range] }
  }
  return { guard, kind: 'value', test }
}

/** A payload field `th`: the ports of protocols that have some; elsewhere other bytes, which nobody knows here. */
function transportKey(field: 'sport' | 'dport'): Key {
  const ports = proto(...PORT_PROTOCOLS)
  const test = (json: Json): Formula | undefined => {
    const range = rangeOf(json, port)
    if (range === undefined) return undefined
    const other: Formula = { op: 'opaque', key: `th ${field} ${JSON.stringify(json)}`, stateful: false }
    return either(both(ports, { op: 'in', field, ranges: [range] }), both(negate(ports), other))
  }
  return { guard: FIRST_FRAGMENT, kind: 'value', test }
}

/** The first next header of IPv6: the transport protocol only where there are no extension headers. */
function nextHeaderKey(): Key {
  const plain: Formula = { op: 'opaque', key: 'ip6 has no extension headers', stateful: false }
  const protocol = symbols(PROTOCOLS, 255)
  const test = (json: Json): Formula | undefined => {
    const range = rangeOf(json, protocol)
    if (range === undefined) return undefined
    const first: Formula = { op: 'opaque', key: `ip6 nexthdr ${JSON.stringify(json)}`, stateful: false }
    return either(both(plain, { op: 'in', field: 'proto', ranges: [range] }), both(negate(plain), first))
  }
  return { guard: family('ip6'), kind: 'value', test }
}

function payloadKey(protocol: string, field: string): Key | undefined {
  switch (`${protocol} ${field}`) {
    case 'ip saddr':
      return valueKey(family('ip4'), 'src4', v4)
    case 'ip daddr':
      return valueKey(family('ip4'), 'dst4', v4)
    case 'ip6 saddr':
      return valueKey(family('ip6'), 'src6', v6)
    case 'ip6 daddr':
      return valueKey(family('ip6'), 'dst6', v6)
    case 'ip protocol':
      return valueKey(family('ip4'), 'proto', symbols(PROTOCOLS, 255))
    case 'ip6 nexthdr':
      return nextHeaderKey()
    case 'icmp type':
      return valueKey(both(family('ip4'), transport(1)), 'icmpType', symbols(ICMP_TYPES, 255))
    case 'icmp code':
      return valueKey(both(family('ip4'), transport(1)), 'icmpCode', symbols(ICMP_CODES, 255))
    case 'icmpv6 type':
      return valueKey(both(family('ip6'), transport(58)), 'icmpType', symbols(ICMPV6_TYPES, 255))
    case 'icmpv6 code':
      return valueKey(both(family('ip6'), transport(58)), 'icmpCode', symbols(ICMPV6_CODES, 255))
    case 'tcp flags':
      return { guard: transport(6), kind: 'tcpFlags', test: () => undefined }
    case 'ip version':
      return constantKey(family('ip4'), (json) => json === 4)
  }
  if (field !== 'sport' && field !== 'dport') return undefined
  if (protocol === 'th') return transportKey(field)
  const number = PROTOCOLS[protocol]
  return number !== undefined && PORT_PROTOCOLS.includes(number) ? valueKey(transport(number), field, port) : undefined
}

function constantKey(guard: Formula, holds: (json: Json) => boolean): Key {
  return { guard, kind: 'value', test: (json) => ({ op: holds(json) ? 'true' : 'false' }) }
}

/** A family by its name; `neither` are the names of what is no IP packet. */
function familyKey(names: Readonly<Record<string, Family>>, neither: readonly string[]): Key {
  const test = (json: Json): Formula | undefined => {
    const is = typeof json === 'string' ? names[json] : undefined
    if (is !== undefined) return family(is)
    return typeof json === 'string' && neither.includes(json) ? { op: 'false' } : undefined
  }
  return { guard: { op: 'true' }, kind: 'value', test }
}

function metaKey(key: string): Key | undefined {
  switch (key) {
    case 'l4proto':
      return valueKey({ op: 'true' }, 'proto', symbols(PROTOCOLS, 255))
    case 'nfproto':
      return familyKey({ ipv4: 'ip4', ipv6: 'ip6' }, [])
    case 'protocol':
      return familyKey({ ip: 'ip4', ip6: 'ip6' }, ['arp'])
    case 'iif':
    case 'iifname':
      return interfaceKey('iif')
    case 'oif':
    case 'oifname':
      return interfaceKey('oif')
  }
  return undefined
}

function interfaceKey(field: 'iif' | 'oif'): Key {
  const test = (json: Json): Formula | undefined => {
    const name = isObject(json) && isObject(json['elem']) ? json['elem']['val'] : json
    // A number is the index of an interface that is gone.
    if (typeof name !== 'string' || /^\d+$/.test(name)) return undefined
    return { op: 'interface', field, names: [name] }
  }
  return { guard: { op: 'true' }, kind: 'value', test }
}

/** The left side of a comparison, or undefined where this package cannot evaluate it. */
export function keyOf(left: Json): Key | undefined {
  if (!isObject(left)) return undefined
  const { payload, meta, ct, concat } = left
  if (isObject(payload) && typeof payload['protocol'] === 'string' && typeof payload['field'] === 'string')
    return payload['protocol'] === 'ether' && payload['field'] === 'type'
      ? metaKey('protocol')
      : payloadKey(payload['protocol'], payload['field'])
  if (isObject(meta) && typeof meta['key'] === 'string') return metaKey(meta['key'])
  if (isObject(ct) && ct['key'] === 'state' && ct['dir'] === undefined)
    return { guard: { op: 'true' }, kind: 'ctState', test: () => undefined }
  if (Array.isArray(concat)) return concatKey(concat as readonly Json[])
  return undefined
}

function concatKey(of: readonly Json[]): Key | undefined {
  const keys = of.map(keyOf)
  if (keys.some((k) => k === undefined || k.kind === 'tcpFlags')) return undefined
  const test = (json: Json): Formula | undefined => {
    const value = isObject(json) && isObject(json['elem']) ? (json['elem']['val'] ?? null) : json
    const parts = isObject(value) ? value['concat'] : undefined
    if (!Array.isArray(parts) || parts.length !== keys.length) return undefined
    const tests = keys.map((k, i) => (k?.kind === 'ctState' ? ctTest(parts[i] as Json) : k?.test(parts[i] as Json)))
    return tests.some((t) => t === undefined) ? undefined : both(...(tests as Formula[]))
  }
  return { guard: both(...keys.flatMap((k) => k?.guard ?? [])), kind: 'value', test }
}

const CT_BITS: Readonly<Record<string, number>> = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 }
const CT_ORDER = ['new', 'established', 'related', 'invalid', 'untracked']

/** A name, a list of names or `{"|": [...]}` as a number of bits. */
export function bitsOf(json: Json, kind: 'ctState' | 'tcpFlags'): number | undefined {
  const table = kind === 'ctState' ? CT_BITS : TCP_FLAGS
  if (typeof json === 'number') return json
  if (typeof json === 'string') return table[json]
  const list = Array.isArray(json) ? json : isObject(json) ? json['|'] : undefined
  if (!Array.isArray(list)) return undefined
  let bits = 0
  for (const part of list) {
    const bit = bitsOf(part as Json, kind)
    if (bit === undefined) return undefined
    bits |= bit
  }
  return bits
}

/** A packet has exactly one state: those whose bit the mask has. */
export function ctAny(mask: number): Formula {
  const ranges = CT_ORDER.flatMap((name, i) => ((CT_BITS[name] ?? 0) & mask ? [{ lo: i, hi: i }] : []))
  return ranges.length === 0 ? { op: 'false' } : { op: 'in', field: 'ctState', ranges }
}

/** The state whose number this is exactly; a number of several bits is no state. */
export function ctTest(json: Json): Formula | undefined {
  const bits = bitsOf(isObject(json) && isObject(json['elem']) ? (json['elem']['val'] ?? null) : json, 'ctState')
  if (bits === undefined) return undefined
  return CT_ORDER.some((name) => CT_BITS[name] === bits) ? ctAny(bits) : { op: 'false' }
}
