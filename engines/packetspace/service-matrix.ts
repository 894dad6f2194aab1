import type { Range, Value } from './address.ts'
import { type Edge, FALSE } from './bdd.ts'
import { exists } from './bdd-queries.ts'
import type { PacketSpace } from './packet-fields.ts'
import { partition } from './partition.ts'

/** Addresses that nobody can tell apart by who reaches them and whom they reach, and which class reaches which. */
export interface ServiceMatrix {
  readonly classes: readonly (readonly Range[])[]
  /** Pairs of places in `classes`: from, to. */
  readonly edges: readonly (readonly [number, number])[]
}

/**
 * The matrix of a set of packets, all fields but the addresses forgotten: an edge stands where some packet may go. Intersect with the
 * service first (as in TCP to port 22, new).
 */
export function serviceMatrix(space: PacketSpace, set: Edge): ServiceMatrix {
  const { bdd } = space
  const [first, second] = [space.layout('dst'), space.layout('src')]
  const pairs = exists(bdd, set, (level) => level < first.level || level >= second.level + second.width)
  const targets = partition(space, pairs, 'dst')
  const columns = targets.map((t) => partition(space, t.rest, 'src').find((p) => p.rest !== FALSE)?.ranges ?? [])
  const marks: { at: Value; kind: number; index: number; enters: boolean }[] = []
  const mark = (ranges: readonly Range[], kind: number, index: number): void => {
    for (const { lo, hi } of ranges) {
      marks.push({ at: lo, kind, index, enters: true })
      marks.push({ at: typeof hi === 'number' ? hi + 1 : hi + 1n, kind, index, enters: false })
    }
  }
  for (const [i, { ranges }] of targets.entries()) mark(ranges, 0, i)
  for (const [i, ranges] of columns.entries()) mark(ranges, 1, i)
  marks.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const classes = new Map<string, { target: number; sources: ReadonlySet<number>; ranges: Range[] }>()
  const sources = new Set<number>()
  let target = -1
  for (let i = 0; i < marks.length; ) {
    const at = marks[i]?.at as Value
    for (; i < marks.length && marks[i]?.at === at; i++) {
      const m = marks[i] as (typeof marks)[number]
      if (m.kind === 0) target = m.enters ? m.index : target
      else if (m.enters) sources.add(m.index)
      else sources.delete(m.index)
    }
    const next = marks[i]?.at
    if (next === undefined) break
    const key = `${target} ${[...sources].sort((a, b) => a - b).join(' ')}`
    const known = classes.get(key) ?? { target, sources: new Set(sources), ranges: [] }
    known.ranges.push({ lo: at, hi: typeof next === 'number' ? next - 1 : next - 1n })
    classes.set(key, known)
  }
  const list = [...classes.values()]
  const edges = list.flatMap((from, i) =>
    list.flatMap((to, k): [number, number][] => (from.sources.has(to.target) ? [[i, k]] : [])),
  )
  return { classes: list.map((c) => join(c.ranges)), edges }
}

function join(ranges: readonly Range[]): Range[] {
  const joined: { lo: Value; hi: Value }[] = []
  for (const { lo, hi } of ranges) {
    const last = joined.at(-1)
    if (last !== undefined && BigInt(last.hi) + 1n === BigInt(lo)) last.hi = hi
    else joined.push({ lo, hi })
  }
  return joined
}
