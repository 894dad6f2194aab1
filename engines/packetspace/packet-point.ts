import type { Edge } from './bdd.ts'
import { holds } from './bdd-queries.ts'
import type { Packet } from './packet.ts'
import type { PacketSpace, SpaceField } from './packet-fields.ts'

const NUMBERS = [
  'dst',
  'src',
  'dport',
  'sport',
  'proto',
  'icmpType',
  'icmpCode',
  'ctState',
  'tcpFlags',
  'fragment',
] as const

/**
 * Whether a packet lies in a set. Interfaces that the space does not know count as the others with their longest known prefix;
 * predicates the packet says nothing of count as false.
 */
export function contains(space: PacketSpace, set: Edge, packet: Packet): boolean {
  const bits: boolean[] = []
  const put = (field: SpaceField, value: bigint): void => {
    const { level, width } = space.layout(field)
    for (let i = 0; i < width; i++) bits[level + i] = ((value >> BigInt(width - 1 - i)) & 1n) === 1n
  }
  for (const field of NUMBERS) put(field, BigInt(packet[field]))
  put('iif', BigInt(interfaceValue(space, packet.iif)))
  put('oif', BigInt(interfaceValue(space, packet.oif)))
  return holds(space.bdd, set, (level) => {
    const key = space.opaqueKey(level)
    return key === undefined ? bits[level] === true : packet.opaque.get(key) === true
  })
}

function interfaceValue(space: PacketSpace, name: string): number {
  const exact = space.interfaces.indexOf(name)
  if (exact >= 0) return exact
  let best = space.interfaces.indexOf('*')
  for (const [i, known] of space.interfaces.entries())
    if (
      known.endsWith('*') &&
      name.startsWith(known.slice(0, -1)) &&
      known.length > (space.interfaces[best]?.length ?? 0)
    )
      best = i
  return best
}
