import type { Edge } from './edges.ts'

/** How somebody gets to a target: the shortest way, from its beginning on. */
export interface Path {
  /** `person:…`, `service:…`, `key:…`; or an account or role that nobody stands behind. */
  readonly start: string
  readonly steps: readonly Edge[]
}

/**
 * Everybody who reaches a target, by breadth first search backwards: the first way found is a shortest one. People come first; then what
 * reaches it with nobody behind it.
 */
export function pathsTo(target: string, edges: readonly Edge[]): readonly Path[] {
  const into = new Map<string, Edge[]>()
  for (const edge of edges) into.set(edge.to, [...(into.get(edge.to) ?? []), edge])
  const next = new Map<string, Edge>()
  const seen = new Set([target])
  let front = [target]
  while (front.length > 0) {
    const further: string[] = []
    for (const node of front) {
      for (const edge of into.get(node) ?? []) {
        if (seen.has(edge.from)) continue
        seen.add(edge.from)
        next.set(edge.from, edge)
        further.push(edge.from)
      }
    }
    front = further
  }
  const starts = [...next.keys()].filter((node) => node.startsWith('person:') || !into.has(node))
  return starts
    .map((start) => ({ start, steps: wayFrom(start, target, next) }))
    .sort((a, b) => rank(a.start) - rank(b.start) || a.steps.length - b.steps.length || (a.start < b.start ? -1 : 1))
}

function wayFrom(start: string, target: string, next: ReadonlyMap<string, Edge>): readonly Edge[] {
  const steps: Edge[] = []
  for (let node = start; node !== target; ) {
    const edge = next.get(node)
    if (edge === undefined) break
    steps.push(edge)
    node = edge.to
  }
  return steps
}

const rank = (start: string): number => (start.startsWith('person:') ? 0 : 1)
