import { SigmaError } from './errors.ts'

/** A network: family in bits (32 or 128), its address, the length of its prefix. */
export interface Network {
  readonly bits: 32 | 128
  readonly address: bigint
  readonly prefix: number
}

/**
 * Reads an address: IPv4 in dotted decimals without leading zeros, IPv6 by RFC 4291 section 2.2, a zone (`%eth0`) is
 * ignored. An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address: it is the same peer.
 */
export function readAddress(text: string): { readonly bits: 32 | 128; readonly address: bigint } | null {
  if (text.length > 64) return null
  if (!text.includes(':')) {
    const four = readFour(text)
    return four === null ? null : { bits: 32, address: four }
  }
  const zone = text.indexOf('%')
  const six = readSix(zone < 0 ? text : text.slice(0, zone))
  if (six === null) return null
  return six >> 32n === 0xffffn ? { bits: 32, address: six & 0xffffffffn } : { bits: 128, address: six }
}

function readFour(text: string): bigint | null {
  const bytes = text.split('.')
  if (bytes.length !== 4) return null
  let address = 0n
  for (const byte of bytes) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(byte) || Number(byte) > 255) return null
    address = (address << 8n) | BigInt(byte)
  }
  return address
}

function readSix(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const front = groupsOf(halves[0] ?? '')
  const back = halves.length === 2 ? groupsOf(halves[1] ?? '') : []
  if (front === null || back === null) return null
  const missing = 8 - front.length - back.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  let address = 0n
  for (const group of [...front, ...new Array<bigint>(missing).fill(0n), ...back]) address = (address << 16n) | group
  return address
}

function groupsOf(text: string): bigint[] | null {
  if (text === '') return []
  const groups: bigint[] = []
  const words = text.split(':')
  for (const [i, word] of words.entries()) {
    if (i === words.length - 1 && word.includes('.')) {
      const four = readFour(word)
      if (four === null) return null
      groups.push(four >> 16n, four & 0xffffn)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(word)) return null
      groups.push(BigInt(`0x${word}`))
    }
  }
  return groups
}

/** Reads a network; an address alone is the network of that address. Bits behind the prefix are ignored. */
export function readNetwork(text: string): Network {
  const slash = text.indexOf('/')
  const found = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (found === null) throw new SigmaError('malformed', `"${text.slice(0, 64)}" is no network`)
  const mapped = found.bits === 32 && text.includes(':')
  const length =
    slash < 0
      ? mapped
        ? 128
        : found.bits
      : /^\d{1,3}$/.test(text.slice(slash + 1))
        ? Number(text.slice(slash + 1))
        : -1
  const prefix = mapped ? length - 96 : length
  if (prefix < 0 || prefix > found.bits)
    throw new SigmaError('malformed', `"${text.slice(0, 64)}" has no prefix length of its family`)
  return { bits: found.bits, address: found.address, prefix }
}

/** Whether a text is an address inside of a network. What is no address is in none. */
export function inNetwork(text: string, net: Network): boolean {
  const found = readAddress(text)
  if (found === null || found.bits !== net.bits) return false
  const rest = BigInt(net.bits - net.prefix)
  return found.address >> rest === net.address >> rest
}
