import type { Range } from './address.ts'
import { type Edge, FALSE, TRUE } from './bdd.ts'
import { FIELD_ORDER, type PacketSpace, type SpaceField } from './packet-fields.ts'
import { type Part, partition } from './partition.ts'

/**
 * A product of sets of values: a packet lies in it when every field that is named has one of its values, and every opaque predicate
 * that is named has its answer. Fields that are not named may be anything.
 */
export interface Box {
  readonly fields: ReadonlyMap<SpaceField, readonly Range[]>
  readonly opaque: ReadonlyMap<string, boolean>
}

export interface Boxes {
  readonly boxes: readonly Box[]
  /** False: there are more than asked for; the boxes that are there are right. */
  readonly complete: boolean
}

/** Above this many different rests no larger regions are looked for; it would take a comparison of each with each. */
const COMPARED = 48

/**
 * A set of packets as few boxes, which may overlap and together are exactly the set. Each is as large in a field as the rest of it
 * allows, and none is left that the others cover.
 *
 * @param limit boxes at most
 * @throws PacketspaceError `budget`
 */
export function boxesOf(space: PacketSpace, set: Edge, limit = 64): Boxes {
  const made: Box[] = []
  let complete = true
  const emit = (box: Box): boolean => {
    if (made.length >= limit) {
      complete = false
      return false
    }
    made.push(box)
    return true
  }
  split(space, set, 0, new Map(), emit)
  return { boxes: made, complete }
}

function split(
  space: PacketSpace,
  set: Edge,
  index: number,
  fields: ReadonlyMap<SpaceField, readonly Range[]>,
  emit: (box: Box) => boolean,
): boolean {
  if (set === FALSE) return true
  const field = FIELD_ORDER[index]
  if (field === undefined) return cubes(space, set, fields, new Map(), emit)
  const parts = partition(space, set, field).filter((p) => p.rest !== FALSE)
  const { width } = space.layout(field)
  const [only] = parts
  if (parts.length === 1 && only !== undefined && isWhole(only.ranges, width))
    return split(space, only.rest, index + 1, fields, emit)
  for (const { ranges, rest } of regions(space, parts)) {
    const more = isWhole(ranges, width) ? fields : new Map(fields).set(field, ranges)
    if (!split(space, rest, index + 1, more, emit)) return false
  }
  return true
}

/** For each rest all values it goes with, without the rests that smaller ones make up. */
function regions(space: PacketSpace, parts: readonly Part[]): Part[] {
  if (parts.length > COMPARED) return [...parts]
  const { bdd } = space
  const within = (a: Part, b: Part): boolean => a === b || bdd.implies(a.rest, b.rest)
  return parts.flatMap((part) => {
    const smaller = parts.filter((other) => other !== part && within(other, part))
    if (smaller.length > 0 && bdd.any(smaller.map((s) => s.rest)) === part.rest) return []
    const ranges = parts.filter((other) => within(part, other)).flatMap((other) => other.ranges)
    return [{ rest: part.rest, ranges: joined(ranges) }]
  })
}

/** What is left are opaque predicates: one box for every path. */
function cubes(
  space: PacketSpace,
  set: Edge,
  fields: ReadonlyMap<SpaceField, readonly Range[]>,
  opaque: ReadonlyMap<string, boolean>,
  emit: (box: Box) => boolean,
): boolean {
  if (set === FALSE) return true
  if (set === TRUE) return emit({ fields, opaque })
  const { bdd } = space
  const key = space.opaqueKey(bdd.levelOf(set)) ?? '?'
  return (
    cubes(space, bdd.lowOf(set), fields, new Map(opaque).set(key, false), emit) &&
    cubes(space, bdd.highOf(set), fields, new Map(opaque).set(key, true), emit)
  )
}

function isWhole(ranges: readonly Range[], width: number): boolean {
  const [first] = ranges
  return (
    ranges.length === 1 &&
    first !== undefined &&
    BigInt(first.lo) === 0n &&
    BigInt(first.hi) === (1n << BigInt(width)) - 1n
  )
}

function joined(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => (a.lo < b.lo ? -1 : a.lo > b.lo ? 1 : 0))
  const result: { lo: Range['lo']; hi: Range['hi'] }[] = []
  for (const { lo, hi } of sorted) {
    const last = result.at(-1)
    if (last !== undefined && BigInt(last.hi) + 1n === BigInt(lo)) last.hi = hi
    else result.push({ lo, hi })
  }
  return result
}

/** The packets of a box: what `boxesOf` took apart, put together again. */
export function boxSet(space: PacketSpace, box: Box): Edge {
  const parts = [...box.fields].map(([field, ranges]) => space.inRanges(field, ranges))
  for (const [key, value] of box.opaque) parts.push(value ? space.opaque(key) : space.opaque(key) ^ 1)
  return space.bdd.all(parts)
}
