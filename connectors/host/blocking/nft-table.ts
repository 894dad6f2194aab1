import { BergfriedError } from '../../../kernel/errors.ts'

/** Our own table; no other is ever touched. */
export const TABLE = 'bergfried_block'

/** Elements of a set at the most; the kernel refuses more. */
const MOST = 1_000_000

/**
 * Before connection tracking, so that what is refused costs nearly nothing; whoever is never kept out is let through first, in the kernel
 * itself. An `accept` ends this chain alone: the host's own rules still decide.
 *
 * Neighbour discovery (RFC 4861) is let through, too: dropped for one neighbour, it would fail for others.
 *
 * Addresses lie in hash sets, networks in interval sets: one addition to a large interval set takes 240 times as long.
 */
export const tableText = (): string => `
add table inet ${TABLE}
add set inet ${TABLE} never4 { type ipv4_addr; flags interval; auto-merge; }
add set inet ${TABLE} never6 { type ipv6_addr; flags interval; auto-merge; }
add set inet ${TABLE} banned4 { type ipv4_addr; size ${MOST}; flags timeout; }
add set inet ${TABLE} banned6 { type ipv6_addr; size ${MOST}; flags timeout; }
add set inet ${TABLE} networks4 { type ipv4_addr; flags interval, timeout; }
add set inet ${TABLE} networks6 { type ipv6_addr; flags interval, timeout; }
add counter inet ${TABLE} refused
add chain inet ${TABLE} in { type filter hook prerouting priority -310; policy accept; }
flush chain inet ${TABLE} in
add rule inet ${TABLE} in iif lo accept
add rule inet ${TABLE} in icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } ip6 hoplimit 255 accept
add rule inet ${TABLE} in ip saddr @never4 accept
add rule inet ${TABLE} in ip6 saddr @never6 accept
add rule inet ${TABLE} in ip saddr @banned4 counter name refused drop
add rule inet ${TABLE} in ip6 saddr @banned6 counter name refused drop
add rule inet ${TABLE} in ip saddr @networks4 counter name refused drop
add rule inet ${TABLE} in ip6 saddr @networks6 counter name refused drop
`

export type SetName = 'banned4' | 'banned6' | 'networks4' | 'networks6' | 'never4' | 'never6'

/** @throws {BergfriedError} `blocking.network` for anything but a network in canonical form: it becomes part of a text for nft */
export function setOf(network: string): { readonly set: Exclude<SetName, `never${string}`>; readonly element: string } {
  const [address = '', length = ''] = network.split('/')
  const four = /^\d{1,3}(\.\d{1,3}){3}$/.test(address)
  if (!(four || /^[0-9a-f:]{2,39}$/.test(address)) || !/^\d{1,3}$/.test(length))
    throw new BergfriedError('blocking.network', { network: network.slice(0, 60) })
  if (length === (four ? '32' : '128')) return { set: four ? 'banned4' : 'banned6', element: address }
  return { set: four ? 'networks4' : 'networks6', element: network }
}

/** Lines that add or delete elements; few long ones, which nft reads fastest. */
export function elementLines(
  verb: 'add' | 'delete',
  elements: ReadonlyMap<SetName, readonly string[]>,
): readonly string[] {
  const lines: string[] = []
  for (const [set, all] of elements)
    for (let at = 0; at < all.length; at += 5000)
      lines.push(`${verb} element inet ${TABLE} ${set} { ${all.slice(at, at + 5000).join(', ')} }`)
  return lines
}

interface JsonElement {
  readonly val?: unknown
  readonly timeout?: number
  readonly expires?: number
}

/** Elements of the sets of bans, from `nft -j list table`: network and seconds left. */
export function readElements(json: unknown): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const object of (json as { nftables?: readonly Record<string, unknown>[] }).nftables ?? []) {
    const set = object['set'] as { name?: string; elem?: readonly unknown[] } | undefined
    if (set?.name === undefined || !/^(banned|networks)[46]$/.test(set.name)) continue
    const full = set.name.endsWith('4') ? 32 : 128
    for (const element of set.elem ?? []) {
      const { val = element, expires = 0 } = ((element as { elem?: JsonElement }).elem ?? {}) as JsonElement
      const network = networkText(val, full)
      if (network !== null) found.set(network, expires)
    }
  }
  return found
}

function networkText(value: unknown, full: number): string | null {
  if (typeof value === 'string') return `${value}/${full}`
  const prefix = (value as { prefix?: { addr?: string; len?: number } }).prefix
  return prefix?.addr === undefined || prefix.len === undefined ? null : `${prefix.addr}/${prefix.len}`
}

/** Of the named counter, from `nft -j list counter`. */
export function readCounter(json: unknown): number | null {
  for (const object of (json as { nftables?: readonly Record<string, unknown>[] }).nftables ?? []) {
    const counter = object['counter'] as { packets?: number } | undefined
    if (counter?.packets !== undefined) return counter.packets
  }
  return null
}
