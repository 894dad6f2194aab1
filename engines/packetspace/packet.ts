import { formatAddress, type Value } from './address.ts'
import { CT_STATES, type Family } from './ir.ts'

/**
 * One packet. Interfaces by name; `''` is none, a name that ends in `*` is some interface with that prefix which no rule names.
 * `opaque` tells the answers of the predicates that this package cannot evaluate; what is not told is unknown.
 */
export interface Packet {
  readonly family: Family
  readonly src: Value
  readonly dst: Value
  readonly proto: number
  readonly sport: number
  readonly dport: number
  readonly icmpType: number
  readonly icmpCode: number
  readonly tcpFlags: number
  /** Place in `CT_STATES`. */
  readonly ctState: number
  /** 1: a later fragment, which has no ports. */
  readonly fragment: number
  readonly iif: string
  readonly oif: string
  readonly opaque: ReadonlyMap<string, boolean>
}

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' }
const FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr']

/** A packet as one line: `tcp 10.0.0.1:40000 -> 10.0.0.2:22 new syn in eth0 out eth1`. */
export function formatPacket(p: Packet): string {
  const ports = p.fragment === 0 && [6, 17, 33, 132, 136].includes(p.proto)
  const end = (address: Value, port: number): string => {
    const text = formatAddress(address)
    return ports ? `${p.family === 'ip6' ? `[${text}]` : text}:${port}` : text
  }
  const words = [
    PROTOCOLS[p.proto] ?? `protocol ${p.proto}`,
    `${end(p.src, p.sport)} -> ${end(p.dst, p.dport)}`,
    CT_STATES[p.ctState] ?? '?',
  ]
  if (p.proto === 6 && ports) words.push(FLAGS.filter((_, i) => (p.tcpFlags >> i) & 1).join(',') || 'no flags')
  if (p.proto === 1 || p.proto === 58) words.push(`type ${p.icmpType} code ${p.icmpCode}`)
  if (p.fragment === 1) words.push('later fragment')
  if (p.iif !== '') words.push(`in ${p.iif}`)
  if (p.oif !== '') words.push(`out ${p.oif}`)
  for (const [key, value] of p.opaque) words.push(`${value ? 'with' : 'without'} [${key}]`)
  return words.join(' ')
}
