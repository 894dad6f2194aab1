import type { Range, Value } from './address.ts'
import type { Bdd, Edge } from './bdd.ts'
import type { PacketSpace, SpaceField } from './packet-fields.ts'

/** Values of a field that have the same rest: the set of packets, without that field, in which they may stand. */
export interface Part {
  readonly ranges: readonly Range[]
  readonly rest: Edge
}

/** Splits a set by a field. The set depends on no field before it (in the order of the space). */
export function partition(space: PacketSpace, set: Edge, field: SpaceField): Part[] {
  const { level, width } = space.layout(field)
  const byRest = new Map<Edge, { lo: Value; hi: Value }[]>()
  const add = (lo: Value, hi: Value, rest: Edge): void => {
    const ranges = byRest.get(rest)
    const last = ranges?.at(-1)
    if (ranges === undefined) byRest.set(rest, [{ lo, hi }])
    else if (last !== undefined && BigInt(last.hi) + 1n === BigInt(lo)) last.hi = hi
    else ranges.push({ lo, hi })
  }
  if (width > 32) wide(space.bdd, set, level, 0n, width, add)
  else narrow(space.bdd, set, level, 0, width, add)
  return [...byRest].map(([rest, ranges]) => ({ rest, ranges }))
}

type Add = (lo: Value, hi: Value, rest: Edge) => void

function narrow(bdd: Bdd, set: Edge, level: number, lo: number, width: number, add: Add): void {
  const top = bdd.levelOf(set)
  if (top >= level + width) {
    add(lo, lo + 2 ** width - 1, set)
    return
  }
  const low = top === level ? bdd.lowOf(set) : set
  const high = top === level ? bdd.highOf(set) : set
  narrow(bdd, low, level + 1, lo, width - 1, add)
  narrow(bdd, high, level + 1, lo + 2 ** (width - 1), width - 1, add)
}

function wide(bdd: Bdd, set: Edge, level: number, lo: bigint, width: number, add: Add): void {
  const top = bdd.levelOf(set)
  if (top >= level + width) {
    add(lo, lo + (1n << BigInt(width)) - 1n, set)
    return
  }
  const low = top === level ? bdd.lowOf(set) : set
  const high = top === level ? bdd.highOf(set) : set
  wide(bdd, low, level + 1, lo, width - 1, add)
  wide(bdd, high, level + 1, lo + (1n << BigInt(width - 1)), width - 1, add)
}
