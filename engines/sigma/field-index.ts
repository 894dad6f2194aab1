import type { Candidates, Literal } from './candidates.ts'
import { EdgeIndex } from './edge-index.ts'
import { GramIndex } from './gram-index.ts'
import type { Clue, Lies } from './witness.ts'

/** Which rules of a group a value of one field points to. */
export class FieldIndex {
  /** Rules whose witness is that the field is there. */
  readonly present: Int32Array
  /** Whether any text has to be looked at. */
  readonly reads: boolean
  /** No shorter text points to any rule. */
  readonly shortest: number
  readonly #edges: readonly EdgeIndex[]
  readonly #inside: GramIndex | null

  /** `clues`: witnesses with the rule that each stands for. */
  constructor(clues: readonly (readonly [Clue, number])[]) {
    const of = (lies: Lies): Literal[] => {
      const rules = new Map<string, Set<number>>()
      for (const [clue, rule] of clues) {
        if (clue.lies !== lies) continue
        const known = rules.get(clue.text)
        if (known === undefined) rules.set(clue.text, new Set([rule]))
        else known.add(rule)
      }
      return [...rules].map(([text, numbers]) => ({ text, rules: Int32Array.from(numbers) }))
    }
    const [equals, prefix, suffix, inside, any] = [of('equals'), of('prefix'), of('suffix'), of('inside'), of('any')]
    this.present = any[0]?.rules ?? new Int32Array(0)
    this.#edges = [
      ...(equals.length === 0 ? [] : [new EdgeIndex(equals, 'whole')]),
      ...(prefix.length === 0 ? [] : [new EdgeIndex(prefix, 'front')]),
      ...(suffix.length === 0 ? [] : [new EdgeIndex(suffix, 'back')]),
    ]
    this.#inside = inside.length === 0 ? null : new GramIndex(inside)
    this.reads = this.#edges.length > 0 || this.#inside !== null
    this.shortest = [equals, prefix, suffix, inside]
      .flat()
      .reduce((least, { text }) => Math.min(least, text.length), Number.POSITIVE_INFINITY)
  }

  /** Marks the rules that a text points to; `folded` gives its folded form. */
  scan(text: string, folded: () => string, found: Candidates): void {
    if (text.length < this.shortest) return
    for (let i = 0; i < this.#edges.length; i++) (this.#edges[i] as EdgeIndex).scan(text, folded, found)
    if (this.#inside !== null) this.#inside.scan(text, folded, found)
  }
}
