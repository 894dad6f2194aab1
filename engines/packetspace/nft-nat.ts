import { formatAddress, parseNet, prefixRange, type Range } from './address.ts'
import type { Family, NatTarget } from './ir.ts'
import { isObject, type Json } from './nft-keys.ts'

/**
 * What a NAT statement may write. A map gives the union of its values; what cannot be read gives any address and any port, so that
 * the image is never too small.
 */
export function natTarget(
  name: 'dnat' | 'snat' | 'masquerade' | 'redirect',
  body: Json,
  tableFamily: string,
): NatTarget {
  const { addr, port, family: said } = isObject(body) ? body : {}
  const kind = name === 'dnat' || name === 'redirect' ? 'dnat' : 'snat'
  const whole: { family?: Family; addresses?: readonly Range[]; ports?: readonly Range[]; anyAddress?: boolean } = {}
  const concat: Json[] = []
  if (name === 'masquerade') whole.anyAddress = true
  if (addr !== undefined) {
    const read = values(addr).map((value) => {
      const parts = isObject(value) ? value['concat'] : undefined
      if (Array.isArray(parts)) concat.push(parts[1] as Json)
      return addresses(Array.isArray(parts) ? (parts[0] as Json) : value)
    })
    const families = new Set(read.map((r) => r?.family))
    const [family] = families
    if (family === undefined || families.size !== 1) whole.anyAddress = true
    else {
      whole.family = family
      whole.addresses = read.flatMap((r) => (r === undefined ? [] : [r.range]))
    }
  }
  if (whole.family === undefined && (said ?? tableFamily) === 'ip') whole.family = 'ip4'
  if (whole.family === undefined && (said ?? tableFamily) === 'ip6') whole.family = 'ip6'
  const ports = port !== undefined ? values(port) : concat
  if (ports.length > 0) {
    const read = ports.map(portRange)
    whole.ports = read.every((r) => r !== undefined) ? (read as Range[]) : [{ lo: 0, hi: 65535 }]
  }
  return name === 'redirect' ? { kind, ...whole, toHost: true } : { kind, ...whole }
}

/** The values a target may take: of a map all its data, else the target itself. */
function values(json: Json): Json[] {
  if (!isObject(json)) return [json]
  const { map } = json
  if (!isObject(map)) return [json]
  const data = isObject(map['data']) ? map['data']['set'] : undefined
  if (!Array.isArray(data)) return [null]
  return (data as readonly Json[]).map((e) => (Array.isArray(e) ? (e[1] as Json) : null))
}

function addresses(json: Json): { family: Family; range: Range } | undefined {
  try {
    if (typeof json === 'string') return parseNet(json)
    if (!isObject(json)) return undefined
    const { range, prefix } = json
    if (Array.isArray(range)) return parseNet(`${String(range[0])}-${String(range[1])}`)
    if (isObject(prefix)) {
      const at = parseNet(String(prefix['addr']))
      const whole = prefixRange(at.range.lo, Number(prefix['len']))
      return parseNet(`${formatAddress(whole.lo)}-${formatAddress(whole.hi)}`)
    }
  } catch {
    // Not an address: the caller takes any.
  }
  return undefined
}

function portRange(json: Json): Range | undefined {
  if (typeof json === 'number') return { lo: json, hi: json }
  const range = isObject(json) ? json['range'] : undefined
  if (!Array.isArray(range) || typeof range[0] !== 'number' || typeof range[1] !== 'number') return undefined
  return { lo: range[0], hi: range[1] }
}
