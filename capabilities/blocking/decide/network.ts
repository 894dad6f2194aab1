import { isIP } from 'node:net'

/** An address with a prefix length. */
export interface Network {
  readonly family: 4 | 6
  /** The network's first address. */
  readonly base: bigint
  readonly length: number
  /** Canonical: `192.0.2.1/32`, `2001:db8::/64`. */
  readonly text: string
}

const BITS = { 4: 32, 6: 128 } as const

/** Reads an address or a network; what is written beyond its length is cut off. IPv4 within IPv6 is IPv4. @returns null for anything else */
export function networkOf(text: string): Network | null {
  const [address = '', suffix, more] = text.trim().split('/')
  if (more !== undefined || (suffix !== undefined && !/^\d{1,3}$/.test(suffix))) return null
  const family = isIP(address)
  if (family !== 4 && family !== 6) return null
  // A zone says which link, and no rule of ours.
  if (address.includes('%')) return null
  const value = family === 4 ? value4(address) : value6(address)
  const length = suffix === undefined ? BITS[family] : Number(suffix)
  if (length > BITS[family]) return null
  if (family === 6 && value >> 32n === 0xffffn && length >= 96) return made(4, value & 0xffff_ffffn, length - 96)
  return made(family, value, length)
}

/** The network of this length around another. */
export const widened = ({ family, base, length }: Network, to: number): Network =>
  made(family, base, Math.min(length, to))

/** Whether all of `inner` is in `outer`. */
export const contains = (outer: Network, inner: Network): boolean =>
  outer.family === inner.family &&
  outer.length <= inner.length &&
  (inner.base ^ outer.base) >> BigInt(BITS[outer.family] - outer.length) === 0n

/** Whether they have an address in common. */
export const overlap = (a: Network, b: Network): boolean => contains(a, b) || contains(b, a)

function made(family: 4 | 6, value: bigint, length: number): Network {
  const rest = BigInt(BITS[family] - length)
  const base = (value >> rest) << rest
  return { family, base, length, text: `${family === 4 ? text4(base) : text6(base)}/${length}` }
}

const value4 = (text: string): bigint => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
const text4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')

function value6(text: string): bigint {
  // The last 32 bits may be written as IPv4 (RFC 4291, section 2.2).
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const four = dotted?.[2] === undefined ? null : value4(dotted[2])
  const whole = four === null ? text : `${dotted?.[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`
  const [left = '', right] = whole.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length
  return [...head, ...Array.from({ length: zeros }, () => '0'), ...tail].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  )
}

/** RFC 5952: the longest run of zeros, two groups at least, becomes `::`. */
function text6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  let [from, most] = [-1, 1]
  for (let i = 0; i < 8; i += 1) {
    let run = 0
    while (groups[i + run] === '0') run += 1
    if (run > most) [from, most] = [i, run]
  }
  if (from === -1) return groups.join(':')
  return `${groups.slice(0, from).join(':')}::${groups.slice(from + most).join(':')}`
}
