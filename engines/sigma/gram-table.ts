import type { Candidates, Literal } from './candidates.ts'
import { standsAt } from './fold.ts'

/** Spreads the bits of a gram (Fibonacci hashing, Knuth TAOCP 3, 6.4). */
const SPREAD = 0x9e3779b1
/** Bits of the filter for each gram in it: one in this many other grams passes by accident. */
const SPARSE = 128

interface Entry {
  readonly literal: Literal
  /** Where in the literal its gram begins. */
  readonly offset: number
}

/**
 * Finds literals of at least some length anywhere in a text by looking at every n-th position only. Each literal is filed
 * under `stride` grams in a row, so one of them stands at a position that is looked at, wherever the literal stands. A bit
 * filter that fits the cache turns nearly all positions away; what passes is compared.
 *
 * The text is looked at as it is: bit 5 is set in each unit, which makes upper and lower case of Latin-1 one (and a few
 * signs, which the comparison tells apart). Units that fold across that line need the folded text: `scan` says so.
 */
export class GramTable {
  /** Shorter texts hold none of the literals. */
  readonly least: number
  readonly #length: number
  readonly #stride: number
  readonly #shift: number
  readonly #filter: Int32Array
  readonly #entries = new Map<number, Entry[]>()

  /** `least`: length of the shortest literal; `length` of a gram: 2 to 4. */
  constructor(literals: readonly Literal[], least: number, length: number) {
    this.least = least
    this.#length = length
    this.#stride = least - length + 1
    const counts = countGrams(literals, length)
    for (const literal of literals) this.#file(literal, counts)
    const bits = Math.min(19, Math.max(10, Math.ceil(Math.log2(this.#entries.size * SPARSE + 1))))
    this.#shift = 32 - bits
    this.#filter = new Int32Array(1 << (bits - 5))
    for (const gram of this.#entries.keys()) {
      const key = Math.imul(gram, SPREAD) >>> this.#shift
      this.#filter[key >>> 5] = (this.#filter[key >>> 5] as number) | (1 << (key & 31))
    }
  }

  /**
   * Marks the rules of all literals in a text. `folded` gives its folded form, asked for when something has to be compared.
   * False where the text has units that only its folded form can be looked at by: then call again with that.
   */
  scan(text: string, folded: () => string, found: Candidates): boolean {
    if (this.#stride === 1) return this.#roll(text, folded, found)
    const last = text.length - this.#length
    const stride = this.#stride
    const filter = this.#filter
    const shift = this.#shift
    const length = this.#length
    let special = 0
    for (let i = 0; i <= last; i += stride) {
      const a = text.charCodeAt(i)
      const b = text.charCodeAt(i + 1)
      const c = length > 2 ? text.charCodeAt(i + 2) : 0
      const d = length > 3 ? text.charCodeAt(i + 3) : 0
      special |= a | b | c | d
      const gram = (a << 24) | (b << 16) | (c << 8) | d | 0x20202020
      const key = Math.imul(gram, SPREAD) >>> shift
      if (((filter[key >>> 5] as number) & (1 << (key & 31))) !== 0) this.#compare(gram, text, folded, i, found)
    }
    return special < 0x100
  }

  /** At every position: each unit is read once. */
  #roll(text: string, folded: () => string, found: Candidates): boolean {
    const filter = this.#filter
    const shift = this.#shift
    const before = this.#length - 1
    const room = 32 - 8 * this.#length
    let special = 0
    let window = 0
    const { length } = text
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      special |= unit
      window = (window << 8) | (unit & 0xff)
      if (i < before) continue
      const gram = (window << room) | 0x20202020
      const key = Math.imul(gram, SPREAD) >>> shift
      if (((filter[key >>> 5] as number) & (1 << (key & 31))) !== 0)
        this.#compare(gram, text, folded, i - before, found)
    }
    return special < 0x100
  }

  #compare(gram: number, text: string, folded: () => string, at: number, found: Candidates): void {
    const entries = this.#entries.get(gram)
    if (entries === undefined) return
    for (let i = 0; i < entries.length; i++) {
      const { literal, offset } = entries[i] as Entry
      if (standsAt(text, at - offset, literal.text, folded)) found.addAll(literal.rules)
    }
  }

  /** Files a literal under the grams in a row that the fewest literals share. */
  #file(literal: Literal, counts: ReadonlyMap<number, number>): void {
    const grams = gramsOf(literal.text, this.#length)
    let best = 0
    let fewest = Number.POSITIVE_INFINITY
    for (let first = 0; first + this.#stride <= grams.length; first++) {
      let sum = 0
      for (let i = first; i < first + this.#stride; i++) sum += counts.get(grams[i] as number) ?? 0
      if (sum < fewest) {
        fewest = sum
        best = first
      }
    }
    for (let offset = best; offset < best + this.#stride; offset++) {
      const gram = grams[offset] as number
      const filed = this.#entries.get(gram)
      if (filed === undefined) this.#entries.set(gram, [{ literal, offset }])
      else filed.push({ literal, offset })
    }
  }
}

function countGrams(literals: readonly Literal[], length: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { text } of literals) {
    for (const gram of new Set(gramsOf(text, length))) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  return counts
}

function gramsOf(text: string, length: number): number[] {
  const grams: number[] = []
  for (let i = 0; i + length <= text.length; i++) {
    let gram = 0
    for (let j = 0; j < 4; j++) gram = (gram << 8) | (j < length ? text.charCodeAt(i + j) : 0)
    grams.push(gram | 0x20202020)
  }
  return grams
}
