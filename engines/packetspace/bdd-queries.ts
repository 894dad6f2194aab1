import { type Bdd, type Edge, FALSE, LEAF, TRUE } from './bdd.ts'

/** Whether the function holds at a point; `bit(level)` tells each variable. */
export function holds(bdd: Bdd, f: Edge, bit: (level: number) => boolean): boolean {
  let at = f
  while (bdd.levelOf(at) !== LEAF) at = bit(bdd.levelOf(at)) ? bdd.highOf(at) : bdd.lowOf(at)
  return at === TRUE
}

/**
 * One point where the function holds: the variables that matter with their bits; the others are free. Undefined where there is
 * none. Prefers 0, so that witnesses are short to read.
 */
export function pickPoint(bdd: Bdd, f: Edge): Map<number, boolean> | undefined {
  if (f === FALSE) return undefined
  const point = new Map<number, boolean>()
  let at = f
  while (bdd.levelOf(at) !== LEAF) {
    const low = bdd.lowOf(at)
    point.set(bdd.levelOf(at), low === FALSE)
    at = low === FALSE ? bdd.highOf(at) : low
  }
  return point
}

/** Existential quantification over all variables `hidden` tells. */
export function exists(bdd: Bdd, f: Edge, hidden: (level: number) => boolean): Edge {
  const seen = new Map<Edge, Edge>()
  const walk = (g: Edge): Edge => {
    const level = bdd.levelOf(g)
    if (level === LEAF) return g
    const known = seen.get(g)
    if (known !== undefined) return known
    const low = walk(bdd.lowOf(g))
    const high = low === TRUE && hidden(level) ? TRUE : walk(bdd.highOf(g))
    const result = hidden(level) ? bdd.or(low, high) : bdd.node(level, low, high)
    seen.set(g, result)
    return result
  }
  return walk(f)
}

/** Universal quantification over all variables `hidden` tells. */
export function forAll(bdd: Bdd, f: Edge, hidden: (level: number) => boolean): Edge {
  return exists(bdd, f ^ 1, hidden) ^ 1
}

/** The function with some variables fixed: `bit` gives a variable's value, or undefined where it stays free. */
export function restrict(bdd: Bdd, f: Edge, bit: (level: number) => boolean | undefined): Edge {
  const seen = new Map<Edge, Edge>()
  const walk = (g: Edge): Edge => {
    const level = bdd.levelOf(g)
    if (level === LEAF) return g
    const known = seen.get(g)
    if (known !== undefined) return known
    const fixed = bit(level)
    const result =
      fixed === undefined
        ? bdd.node(level, walk(bdd.lowOf(g)), walk(bdd.highOf(g)))
        : walk(fixed ? bdd.highOf(g) : bdd.lowOf(g))
    seen.set(g, result)
    return result
  }
  return walk(f)
}

/** The levels of all variables the function depends on. */
export function support(bdd: Bdd, f: Edge): Set<number> {
  const levels = new Set<number>()
  const seen = new Set<number>()
  const walk = (g: Edge): void => {
    const level = bdd.levelOf(g)
    if (level === LEAF || seen.has(g >> 1)) return
    seen.add(g >> 1)
    levels.add(level)
    walk(bdd.lowOf(g))
    walk(bdd.highOf(g))
  }
  walk(f)
  return levels
}
