import { mergeRanges, type Range } from './address.ts'
import { type Edge, FALSE, TRUE } from './bdd.ts'
import type { Formula, ValueField } from './ir.ts'
import { FIELD_ORDER, type PacketSpace, type SpaceField } from './packet-fields.ts'

/** The packets that match for certain, and those that may; unequal only where a stateful predicate is involved. */
export interface Bounds {
  readonly must: Edge
  readonly may: Edge
}

/**
 * How stateful predicates count. `bounds`: each may hold or not, every time it is asked. `variables`: each has one answer for a packet,
 * so that two rule sets can be compared in the same state of their limits and sets.
 */
export type Stateful = 'bounds' | 'variables'

const ADDRESS: Readonly<Record<string, readonly ['ip4' | 'ip6', 'src' | 'dst']>> = {
  src4: ['ip4', 'src'],
  dst4: ['ip4', 'dst'],
  src6: ['ip6', 'src'],
  dst6: ['ip6', 'dst'],
}

/** The field of a space that a formula's field is there; undefined where packets of the family do not have it. */
export function fieldIn(space: PacketSpace, field: ValueField): SpaceField | undefined {
  const address = ADDRESS[field]
  if (address === undefined) return field as SpaceField
  return address[0] === space.family ? address[1] : undefined
}

/** The packets of a space that satisfy a formula. @throws PacketspaceError `budget` */
export function boundsOf(space: PacketSpace, f: Formula, stateful: Stateful = 'bounds'): Bounds {
  const { bdd } = space
  switch (f.op) {
    case 'true':
      return exact(TRUE)
    case 'false':
      return exact(FALSE)
    case 'family':
      return exact(f.is === space.family ? TRUE : FALSE)
    case 'in': {
      const field = fieldIn(space, f.field)
      return exact(field === undefined ? FALSE : space.inRanges(field, mergeRanges(f.ranges)))
    }
    case 'flags':
      return exact(space.withBits('tcpFlags', f.mask, f.equals))
    case 'interface':
      return exact(space.onInterfaces(f.field, f.names))
    case 'opaque':
      return f.stateful && stateful === 'bounds' ? { must: FALSE, may: TRUE } : exact(space.opaque(f.key))
    case 'not': {
      const { must, may } = boundsOf(space, f.of, stateful)
      return { must: may ^ 1, may: must ^ 1 }
    }
    case 'and': {
      const cube = cubeOf(space, f)
      if (cube !== undefined) return exact(cubeEdge(space, cube, TRUE, FALSE))
      const of = f.of.map((part) => boundsOf(space, part, stateful))
      const may = bdd.all(of.map((b) => b.may))
      return of.every((b) => b.must === b.may) ? exact(may) : { must: bdd.all(of.map((b) => b.must)), may }
    }
    case 'or': {
      const of = f.of.map((part) => boundsOf(space, part, stateful))
      const may = bdd.any(of.map((b) => b.may))
      return of.every((b) => b.must === b.may) ? exact(may) : { must: bdd.any(of.map((b) => b.must)), may }
    }
  }
}

/** Ranges by field; undefined for no packet at all. */
type Cube = ReadonlyMap<SpaceField, readonly Range[]> | undefined

/** A formula that asks every field by itself, as most rules do; undefined where it is another kind. */
export function cubeOf(space: PacketSpace, f: Formula): { readonly fields: Cube } | undefined {
  const fields = new Map<SpaceField, readonly Range[]>()
  for (const part of f.op === 'and' ? f.of : [f]) {
    if (part.op === 'family') {
      if (part.is !== space.family) return { fields: undefined }
    } else if (part.op === 'in') {
      const field = fieldIn(space, part.field)
      if (field === undefined) return { fields: undefined }
      if (fields.has(field)) return undefined
      fields.set(field, part.ranges.length > 1 ? mergeRanges(part.ranges) : part.ranges)
    } else if (part.op === 'interface') {
      if (fields.has(part.field)) return undefined
      fields.set(part.field, space.interfaceRanges(part.names))
    } else return undefined
  }
  return { fields }
}

/** `yes` where a cube holds, `no` elsewhere, built from the last field up without any operation on diagrams. */
export function cubeEdge(space: PacketSpace, { fields }: { readonly fields: Cube }, yes: Edge, no: Edge): Edge {
  if (fields === undefined) return no
  let edge = yes
  for (let i = FIELD_ORDER.length - 1; i >= 0; i--) {
    const field = FIELD_ORDER[i] as SpaceField
    const ranges = fields.get(field)
    if (ranges !== undefined) edge = space.inRanges(field, ranges, edge, no)
  }
  return edge
}

const exact = (edge: Edge): Bounds => ({ must: edge, may: edge })
