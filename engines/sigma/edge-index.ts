import type { Candidates, Literal } from './candidates.ts'
import { standsAt } from './fold.ts'

const PRIME = 0x01000193
/** Units from here on may fold into Latin-1 or out of it; so does the micro sign below. */
const FOREIGN = 0x100
const MICRO = 0xb5
/** Which edge of the text the literals stand at; `whole`: at both. */
type Edge = 'front' | 'back' | 'whole'
/** How much of a whole text is hashed, beside its length. */
const SAMPLE = 16
/** How often it is asked whether any literal goes on; a power of two. */
const STEP = 4

/**
 * Finds which of many literals begin, end or are a text: one rolling hash from the edge inwards, looked up at the lengths
 * that literals have. As in `GramTable` the text is looked at as it is, and folded only to be compared.
 */
export class EdgeIndex {
  readonly #edge: Edge
  readonly #longest: number
  /** Which lengths literals have. */
  readonly #lengths: Uint8Array
  readonly #filter: Int32Array
  /** Hashes of the beginnings of literals at every STEP units: where none goes on, the text need not be read on. */
  readonly #onward: Int32Array
  readonly #mask: number
  readonly #literals = new Map<number, Literal[]>()
  readonly #empty: readonly Literal[]

  constructor(literals: readonly Literal[], edge: Edge) {
    this.#edge = edge
    this.#empty = literals.filter(({ text }) => text === '')
    this.#longest = literals.reduce((most, { text }) => Math.max(most, text.length), 0)
    this.#lengths = new Uint8Array(this.#longest + 1)
    const bits = Math.min(18, Math.max(10, Math.ceil(Math.log2(literals.length * 64 + 1))))
    this.#mask = (1 << bits) - 1
    this.#filter = new Int32Array(1 << (bits - 5))
    this.#onward = new Int32Array(1 << (bits - 5))
    for (const literal of literals) {
      const { text } = literal
      if (text === '') continue
      this.#lengths[text.length] = 1
      const most = edge === 'whole' ? Math.min(SAMPLE, text.length) : text.length
      let hash = edge === 'whole' ? text.length : 0
      for (let i = 0; i < most; i++) {
        if (i > 0 && i % STEP === 0 && edge !== 'whole') this.#set(this.#onward, hash)
        hash = step(hash, text.charCodeAt(edge === 'front' ? i : text.length - 1 - i))
      }
      const filed = this.#literals.get(hash)
      if (filed === undefined) this.#literals.set(hash, [literal])
      else filed.push(literal)
      this.#set(this.#filter, hash)
    }
  }

  /** Marks the rules of all literals at the edge of a text; `folded` gives its folded form. */
  scan(text: string, folded: () => string, found: Candidates): void {
    if (this.#edge === 'whole') {
      if (text === '') for (const { rules } of this.#empty) found.addAll(rules)
      if (!this.#whole(text, folded, found)) this.#whole(folded(), folded, found)
    } else {
      for (const { rules } of this.#empty) found.addAll(rules)
      if (!this.#edges(text, folded, found)) this.#edges(folded(), folded, found)
    }
  }

  /** False where the text has units that only its folded form can be looked at by. */
  #edges(text: string, folded: () => string, found: Candidates): boolean {
    const most = Math.min(text.length, this.#longest)
    const front = this.#edge === 'front'
    const last = text.length - 1
    const lengths = this.#lengths
    let special = 0
    let hash = 0
    for (let i = 0; i < most; i++) {
      const unit = text.charCodeAt(front ? i : last - i)
      special |= unit === MICRO ? FOREIGN : unit
      hash = step(hash, unit)
      if (lengths[i + 1] !== 0 && this.#has(this.#filter, hash)) this.#compare(hash, text, folded, found)
      if ((i + 1) % STEP === 0 && !this.#has(this.#onward, hash)) break
    }
    // Where it was left early, what lies behind could not have made a literal, folded or not.
    return special < FOREIGN
  }

  #whole(text: string, folded: () => string, found: Candidates): boolean {
    const { length } = text
    if (length > this.#longest || this.#lengths[length] === 0) return true
    const most = Math.min(SAMPLE, length)
    let special = 0
    let hash = length
    for (let i = 0; i < most; i++) {
      const unit = text.charCodeAt(length - 1 - i)
      special |= unit === MICRO ? FOREIGN : unit
      hash = step(hash, unit)
    }
    if (this.#has(this.#filter, hash)) this.#compare(hash, text, folded, found)
    return special < FOREIGN
  }

  #compare(hash: number, text: string, folded: () => string, found: Candidates): void {
    const literals = this.#literals.get(hash)
    if (literals === undefined) return
    for (const { text: one, rules } of literals) {
      if (this.#edge === 'whole' && one.length !== text.length) continue
      if (standsAt(text, this.#edge === 'back' ? text.length - one.length : 0, one, folded)) found.addAll(rules)
    }
  }

  #has(filter: Int32Array, hash: number): boolean {
    const key = (hash ^ (hash >>> 15)) & this.#mask
    return ((filter[key >>> 5] as number) & (1 << (key & 31))) !== 0
  }

  #set(filter: Int32Array, hash: number): void {
    const key = (hash ^ (hash >>> 15)) & this.#mask
    filter[key >>> 5] = (filter[key >>> 5] as number) | (1 << (key & 31))
  }
}

/** FNV-1a over UTF-16 units, blind to the bit that tells upper from lower case. */
const step = (hash: number, unit: number): number => Math.imul(hash ^ (unit | 0x20), PRIME)
