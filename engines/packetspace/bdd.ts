import { PacketspaceError } from './errors.ts'

/** An edge: index of a node times two, plus one where the function is complemented. */
export type Edge = number

export const TRUE: Edge = 0
export const FALSE: Edge = 1
/** The level of the only leaf; below every variable. */
export const LEAF = 0xffff

/** Complement: costs nothing. */
export const not = (f: Edge): Edge => f ^ 1

const OP_ITE = 1
const FIRST_NODES = 1 << 12
const CACHE_MAX = 1 << 20

/**
 * Reduced ordered binary decision diagrams with complement edges (Brace, Rudell, Bryant, 1990) in typed arrays: ten bytes a
 * node, an open-addressing unique table, direct-mapped operation caches. Equal functions have equal edges. Nodes are never freed
 * one by one: drop the whole manager, or `compact` it. Recursion is as deep as there are variables.
 *
 * @throws PacketspaceError `budget` from every operation that would make more than `budget` nodes
 */
export class Bdd {
  readonly budget: number
  level = new Uint16Array(FIRST_NODES)
  low = new Int32Array(FIRST_NODES)
  high = new Int32Array(FIRST_NODES)
  #table = new Int32Array(FIRST_NODES * 2)
  #count = 1
  #andKeys = new Int32Array(FIRST_NODES * 2)
  #andValues = new Int32Array(FIRST_NODES)
  #iteKeys = new Int32Array(0)
  #iteValues = new Int32Array(0)

  constructor(budget = 8_000_000) {
    this.budget = budget
    this.level[0] = LEAF
  }

  /** Nodes in use, the leaf included. */
  get size(): number {
    return this.#count
  }

  levelOf(f: Edge): number {
    return this.level[f >> 1] as number
  }

  /** The function where the top variable is 0. */
  lowOf(f: Edge): Edge {
    return (this.low[f >> 1] as number) ^ (f & 1)
  }

  /** The function where the top variable is 1. */
  highOf(f: Edge): Edge {
    return (this.high[f >> 1] as number) ^ (f & 1)
  }

  /** The function that is `high` where the variable of `level` is 1 and `low` where it is 0; both depend on lower levels only. */
  node(level: number, low: Edge, high: Edge): Edge {
    if (low === high) return low
    return high & 1 ? this.#regular(level, low ^ 1, high ^ 1) ^ 1 : this.#regular(level, low, high)
  }

  /** The variable of a level. */
  variable(level: number): Edge {
    return this.node(level, FALSE, TRUE)
  }

  and(a: Edge, b: Edge): Edge {
    if (a === b || b === TRUE) return a
    if (a === TRUE) return b
    if (a === FALSE || b === FALSE || a === (b ^ 1)) return FALSE
    const f = a < b ? a : b
    const g = a < b ? b : a
    const slot = (Math.imul(f, 0x9e3779b1) ^ Math.imul(g, 0x85ebca6b)) >>> 0
    let at = (slot ^ (slot >>> 15)) & (this.#andValues.length - 1)
    if (this.#andKeys[2 * at] === f && this.#andKeys[2 * at + 1] === g) return this.#andValues[at] as number
    const i = f >> 1
    const j = g >> 1
    const lf = this.level[i] as number
    const lg = this.level[j] as number
    const top = Math.min(lf, lg)
    const cf = f & 1
    const cg = g & 1
    const f0 = lf === top ? (this.low[i] as number) ^ cf : f
    const f1 = lf === top ? (this.high[i] as number) ^ cf : f
    const g0 = lg === top ? (this.low[j] as number) ^ cg : g
    const g1 = lg === top ? (this.high[j] as number) ^ cg : g
    const result = this.node(top, this.and(f0, g0), this.and(f1, g1))
    // The caches may have grown meanwhile.
    at = (slot ^ (slot >>> 15)) & (this.#andValues.length - 1)
    this.#andKeys[2 * at] = f
    this.#andKeys[2 * at + 1] = g
    this.#andValues[at] = result
    return result
  }

  or(a: Edge, b: Edge): Edge {
    return this.and(a ^ 1, b ^ 1) ^ 1
  }

  /** `a` without `b`. */
  minus(a: Edge, b: Edge): Edge {
    return this.and(a, b ^ 1)
  }

  xor(a: Edge, b: Edge): Edge {
    return this.ite(a, b ^ 1, b)
  }

  /** `then` where `f` holds, `otherwise` elsewhere. */
  ite(f: Edge, then: Edge, otherwise: Edge): Edge {
    if (f === TRUE || then === otherwise) return then
    if (f === FALSE) return otherwise
    if (then === TRUE) return this.or(f, otherwise)
    if (then === FALSE) return this.and(f ^ 1, otherwise)
    if (otherwise === FALSE) return this.and(f, then)
    if (otherwise === TRUE) return this.or(f ^ 1, then)
    if (f & 1) return this.ite(f ^ 1, otherwise, then)
    if (this.#iteValues.length === 0) this.#growIte()
    const slot = (Math.imul(f, 0x9e3779b1) ^ Math.imul(then, 0x85ebca6b) ^ Math.imul(otherwise, 0xc2b2ae35)) >>> 0
    const at = (slot ^ (slot >>> 15)) & (this.#iteValues.length - 1)
    const keys = this.#iteKeys
    if (
      keys[4 * at] === f &&
      keys[4 * at + 1] === then &&
      keys[4 * at + 2] === otherwise &&
      keys[4 * at + 3] === OP_ITE
    )
      return this.#iteValues[at] as number
    const top = Math.min(this.levelOf(f), this.levelOf(then), this.levelOf(otherwise))
    const low = this.ite(this.#at0(f, top), this.#at0(then, top), this.#at0(otherwise, top))
    const high = this.ite(this.#at1(f, top), this.#at1(then, top), this.#at1(otherwise, top))
    const result = this.node(top, low, high)
    keys.set([f, then, otherwise, OP_ITE], 4 * at)
    this.#iteValues[at] = result
    return result
  }

  /** Disjunction of many, as a balanced tree. */
  any(edges: readonly Edge[]): Edge {
    return not(this.all(edges.map(not)))
  }

  /** Conjunction of many, as a balanced tree. */
  all(edges: readonly Edge[]): Edge {
    let list = [...edges]
    while (list.length > 1) {
      const next: Edge[] = []
      for (let i = 0; i < list.length; i += 2) next.push(this.and(list[i] as Edge, list[i + 1] ?? TRUE))
      list = next
    }
    return list[0] ?? TRUE
  }

  implies(a: Edge, b: Edge): boolean {
    return !this.meets(a, b ^ 1)
  }

  /** Whether some point is in both; makes no nodes where the answer shows early. */
  meets(a: Edge, b: Edge): boolean {
    if (a === FALSE || b === FALSE || a === (b ^ 1)) return false
    if (a === TRUE || b === TRUE || a === b) return true
    return this.and(a, b) !== FALSE
  }

  /**
   * Forgets every node that no root needs. All edges held elsewhere become invalid.
   *
   * @returns the roots as edges of the compacted manager, in the same order
   */
  compact(roots: Int32Array): Int32Array {
    const old = { level: this.level, low: this.low, high: this.high }
    const moved = new Int32Array(this.#count).fill(-1)
    this.#restart()
    moved[0] = TRUE
    const move = (f: Edge): Edge => {
      const at = f >> 1
      let edge = moved[at] as number
      if (edge < 0) {
        edge = this.node(old.level[at] as number, move(old.low[at] as number), move(old.high[at] as number))
        moved[at] = edge
      }
      return edge ^ (f & 1)
    }
    return roots.map(move)
  }

  #restart(): void {
    this.level = new Uint16Array(FIRST_NODES)
    this.level[0] = LEAF
    this.low = new Int32Array(FIRST_NODES)
    this.high = new Int32Array(FIRST_NODES)
    this.#table = new Int32Array(FIRST_NODES * 2)
    this.#count = 1
    this.#andKeys = new Int32Array(FIRST_NODES * 2)
    this.#andValues = new Int32Array(FIRST_NODES)
    this.#iteKeys = new Int32Array(0)
    this.#iteValues = new Int32Array(0)
  }

  #at0(f: Edge, level: number): Edge {
    return this.levelOf(f) === level ? this.lowOf(f) : f
  }

  #at1(f: Edge, level: number): Edge {
    return this.levelOf(f) === level ? this.highOf(f) : f
  }

  /** `high` is not complemented here, which makes the form canonical. */
  #regular(level: number, low: Edge, high: Edge): Edge {
    const mask = this.#table.length - 1
    let at = hash(level, low, high) & mask
    for (;;) {
      const index = this.#table[at] as number
      if (index === 0) break
      if (this.low[index] === low && this.high[index] === high && this.level[index] === level) return index << 1
      at = (at + 1) & mask
    }
    const index = this.#count
    if (index >= this.budget) throw new PacketspaceError('budget', `the analysis needs more than ${this.budget} nodes`)
    if (index === this.level.length) {
      this.#grow()
      return this.#regular(level, low, high)
    }
    this.#count++
    this.level[index] = level
    this.low[index] = low
    this.high[index] = high
    this.#table[at] = index
    return index << 1
  }

  #grow(): void {
    // Every growth hashes all nodes again: fewer and larger steps while that is cheap in memory.
    const size = this.level.length * (this.level.length < 1 << 20 ? 8 : 2)
    this.level = grown(this.level, new Uint16Array(size))
    this.low = grown(this.low, new Int32Array(size))
    this.high = grown(this.high, new Int32Array(size))
    const table = new Int32Array(size * 2)
    const mask = table.length - 1
    for (let i = 1; i < this.#count; i++) {
      let at = hash(this.level[i] as number, this.low[i] as number, this.high[i] as number) & mask
      while (table[at] !== 0) at = (at + 1) & mask
      table[at] = i
    }
    this.#table = table
    if (this.#andValues.length < CACHE_MAX) {
      this.#andKeys = new Int32Array(size * 2)
      this.#andValues = new Int32Array(size)
    }
  }

  #growIte(): void {
    this.#iteKeys = new Int32Array(4 << 16)
    this.#iteValues = new Int32Array(1 << 16)
  }
}

function grown<T extends Uint16Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function hash(level: number, low: number, high: number): number {
  const h = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b) ^ Math.imul(level, 0xc2b2ae35)
  return (h ^ (h >>> 15)) >>> 0
}
