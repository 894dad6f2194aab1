import { malformed, tooLarge } from './errors.ts'

/** An address, or a network of those that share its first `prefix` bits. */
export interface Network {
  readonly family: 4 | 6
  readonly bits: bigint
  readonly prefix: number
}

const MOST_NETWORKS = 256
const WIDTH = { 4: 32, 6: 128 } as const
const MAPPED = 0xffffn << 32n

/**
 * The list of `source-address`: networks in CIDR form and addresses, divided by commas. As sshd reads it: bits of a network
 * beyond its prefix must be zero, no blanks, nothing empty.
 *
 * @throws {SshError} `malformed`; `too_large`: more than 256
 */
export function parseNetworks(list: string): readonly Network[] {
  const parts = list.split(',', MOST_NETWORKS + 1)
  if (parts.length > MOST_NETWORKS) throw tooLarge('source-address: more than 256 networks')
  return parts.map(parseNetwork)
}

/**
 * Whether an address is in one of the networks. An IPv4 address in IPv6 form (`::ffff:192.0.2.1`) counts as the IPv4 one,
 * as sshd does.
 *
 * @throws {SshError} `malformed`: not an address
 */
export function inNetworks(address: string, networks: readonly Network[]): boolean {
  const { family, bits } = parseAddress(address)
  return networks.some((network) => {
    const shift = BigInt(WIDTH[network.family] - network.prefix)
    return network.family === family && bits >> shift === network.bits >> shift
  })
}

function parseNetwork(text: string): Network {
  const [address = '', length, ...more] = text.split('/')
  const { family, bits } = parseBits(address)
  const width = WIDTH[family]
  if (length === undefined) return { family, bits, prefix: width }
  if (more.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > width) throw notNetwork()
  const prefix = Number(length)
  if ((bits & ((1n << BigInt(width - prefix)) - 1n)) !== 0n) {
    throw malformed('source-address: bits beyond the prefix, which sshd refuses')
  }
  return { family, bits, prefix }
}

function parseAddress(text: string): { family: 4 | 6; bits: bigint } {
  const found = parseBits(text)
  const mapped = found.family === 6 && found.bits >> 32n === MAPPED >> 32n
  return mapped ? { family: 4, bits: found.bits & 0xffff_ffffn } : found
}

function parseBits(text: string): { family: 4 | 6; bits: bigint } {
  const bits4 = parse4(text)
  if (bits4 !== null) return { family: 4, bits: bits4 }
  const bits6 = parse6(text)
  if (bits6 === null) throw notNetwork()
  return { family: 6, bits: bits6 }
}

function parse4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return null
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

/** RFC 4291 section 2.2, without zones. */
function parse6(text: string): bigint | null {
  if (text.length > 45 || !/^[0-9a-fA-F:.]+$/.test(text)) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half, i) => groups(half, i === halves.length - 1))
  if (head === null || head === undefined || tail === null) return null
  if (tail === undefined) return head.length === 8 ? join(head) : null
  if (head.length + tail.length > 7) return null
  return join([...head, ...new Array<bigint>(8 - head.length - tail.length).fill(0n), ...tail])
}

/** Groups of 16 bits; the last two may be an IPv4 address where the text ends here. */
function groups(text: string, last: boolean): readonly bigint[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const found: bigint[] = []
  for (const [i, part] of parts.entries()) {
    const bits4 = last && i === parts.length - 1 ? parse4(part) : null
    if (bits4 !== null) found.push(bits4 >> 16n, bits4 & 0xffffn)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(BigInt(`0x${part}`))
    else return null
  }
  return found
}

const join = (parts: readonly bigint[]): bigint => parts.reduce((bits, part) => (bits << 16n) | part, 0n)

const notNetwork = () => malformed('source-address: not an address or network')
