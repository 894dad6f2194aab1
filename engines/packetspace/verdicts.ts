import { type Bdd, type Edge, FALSE, TRUE } from './bdd.ts'

/** The level of the variable `v` that stands for "goes on": below every field and predicate. */
const ON = 0xfffe
const FIRST = 1 << 14
const MOST = 1 << 20

/** What the four ends of a verdict function become: accept, drop, pass, back. */
export type Ends = 'accept' | 'drop' | 'pass' | 'back' | 'called' | 'gone' | 'accept-rest'
const CODES: readonly Ends[] = ['accept', 'drop', 'pass', 'back', 'called', 'gone', 'accept-rest']

/**
 * Functions from packets to verdicts, as diagrams with one more variable `v` at the bottom: constant 1 is accept, constant 0 drop, `v` to go
 * on to the next rule, its complement to go back to the caller. One rule after the other is then to put the second for `v` in the first,
 * which costs what the first is made of.
 */
export class Verdicts {
  readonly #bdd: Bdd
  readonly pass: Edge
  readonly back: Edge
  #keys = new Int32Array(2 * FIRST)
  #values = new Int32Array(FIRST)

  constructor(bdd: Bdd) {
    this.#bdd = bdd
    this.pass = bdd.variable(ON)
    this.back = this.pass ^ 1
  }

  /** What `first` does, and `next` where that goes on. */
  sequence(first: Edge, next: Edge): Edge {
    if (first === TRUE || first === FALSE || first === this.back || next === this.pass) return first
    if (first === this.pass) return next
    const known = this.#known(first, next)
    if (known >= 0) return known
    const bdd = this.#bdd
    const [lf, ln] = [bdd.levelOf(first), bdd.levelOf(next)]
    const top = Math.min(lf, ln)
    const low = this.sequence(lf === top ? bdd.lowOf(first) : first, ln === top && ln < ON ? bdd.lowOf(next) : next)
    const high = this.sequence(lf === top ? bdd.highOf(first) : first, ln === top && ln < ON ? bdd.highOf(next) : next)
    return this.#keep(first, next, bdd.node(top, low, high))
  }

  /**
   * A function with its ends changed. `accept`, `drop`, `pass`, `back`: the set of packets that end so. `called`: going back is to go on,
   * as behind a jump. `gone`: going on is to go back, as behind a goto. `accept-rest`: what ends nowhere is accepted.
   */
  ends(f: Edge, code: Ends): Edge {
    if (f === TRUE) return code === 'drop' || code === 'pass' || code === 'back' ? FALSE : TRUE
    if (f === FALSE) return code === 'drop' ? TRUE : FALSE
    if (f === this.pass || f === this.back) {
      if (code === 'called') return this.pass
      if (code === 'gone') return this.back
      if (code === 'accept-rest') return TRUE
      return code === (f === this.pass ? 'pass' : 'back') ? TRUE : FALSE
    }
    const key = -1 - CODES.indexOf(code)
    const known = this.#known(f, key)
    if (known >= 0) return known
    const bdd = this.#bdd
    const low = this.ends(bdd.lowOf(f), code)
    return this.#keep(f, key, bdd.node(bdd.levelOf(f), low, this.ends(bdd.highOf(f), code)))
  }

  /** A cached result, or -1. Edge 0 never comes first, so that empty slots match nothing. */
  #known(f: Edge, g: number): number {
    const at = slot(f, g, this.#values.length)
    return this.#keys[2 * at] === f && this.#keys[2 * at + 1] === g ? (this.#values[at] as number) : -1
  }

  #keep(f: Edge, g: number, result: Edge): Edge {
    if (this.#values.length < MOST && this.#values.length < this.#bdd.size) {
      this.#keys = new Int32Array(4 * this.#values.length)
      this.#values = new Int32Array(2 * this.#values.length)
    }
    const at = slot(f, g, this.#values.length)
    this.#keys[2 * at] = f
    this.#keys[2 * at + 1] = g
    this.#values[at] = result
    return result
  }
}

function slot(f: number, g: number, size: number): number {
  const h = Math.imul(f, 0x9e3779b1) ^ Math.imul(g, 0x85ebca6b)
  return (h ^ (h >>> 15)) & (size - 1)
}
