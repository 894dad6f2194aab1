import { type Edge, FALSE } from './bdd.ts'
import type { PacketSpace } from './packet-fields.ts'
import { compose, EMPTY, type Summary } from './verdict-summary.ts'

/**
 * The summaries of a list of rules and of all aligned parts of the list: changing one rule costs as many compositions as the tree is
 * high, and what reaches a rule, or lies behind it, is read off the tree without going through the list.
 */
export class SegmentTree {
  readonly #space: PacketSpace
  readonly #size: number
  /** Node 1 is the root; the children of i are 2i and 2i + 1. */
  readonly #nodes: Summary[]
  readonly length: number

  constructor(space: PacketSpace, leaves: readonly Summary[]) {
    this.#space = space
    this.length = leaves.length
    this.#size = 2 ** Math.ceil(Math.log2(Math.max(1, leaves.length)))
    this.#nodes = Array<Summary>(2 * this.#size).fill(EMPTY)
    for (const [i, leaf] of leaves.entries()) this.#nodes[this.#size + i] = leaf
    for (let i = this.#size - 1; i >= 1; i--) this.#join(i)
  }

  get whole(): Summary {
    return this.#node(1)
  }

  leaf(index: number): Summary {
    return this.#node(this.#size + index)
  }

  /** The summary of the list with another leaf at one place; the tree stays as it is. */
  whatIf(index: number, leaf: Summary): Summary {
    let at = this.#size + index
    let summary = leaf
    while (at > 1) {
      const sibling = this.#node(at ^ 1)
      summary = at & 1 ? compose(this.#space, sibling, summary) : compose(this.#space, summary, sibling)
      at >>= 1
    }
    return summary
  }

  /** Replaces one leaf. */
  update(index: number, leaf: Summary): void {
    let at = this.#size + index
    this.#nodes[at] = leaf
    while (at > 1) {
      at >>= 1
      this.#join(at)
    }
  }

  /** For every leaf the packets of `entry` that may come to it, first leaf first. */
  reaching(entry: Edge): Edge[] {
    const result = Array<Edge>(this.length).fill(FALSE)
    const walk = (at: number, low: number, width: number, set: Edge): void => {
      if (set === FALSE || low >= this.length) return
      if (width === 1) {
        result[low] = set
        return
      }
      walk(2 * at, low, width / 2, set)
      walk(2 * at + 1, low + width / 2, width / 2, this.#space.bdd.and(set, this.#node(2 * at).sets(this.#space).pass))
    }
    walk(1, 0, this.#size, entry)
    return result
  }

  /** Calls `visit` with the summary of everything behind each leaf, `end` included. */
  behind(end: Summary, visit: (index: number, rest: Summary) => void): void {
    const walk = (at: number, low: number, width: number, rest: Summary): void => {
      if (low >= this.length) return
      if (width === 1) {
        visit(low, rest)
        return
      }
      walk(2 * at, low, width / 2, compose(this.#space, this.#node(2 * at + 1), rest))
      walk(2 * at + 1, low + width / 2, width / 2, rest)
    }
    walk(1, 0, this.#size, end)
  }

  #node(at: number): Summary {
    return this.#nodes[at] ?? EMPTY
  }

  #join(at: number): void {
    this.#nodes[at] = compose(this.#space, this.#node(2 * at), this.#node(2 * at + 1))
  }
}
