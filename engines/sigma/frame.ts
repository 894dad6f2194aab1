import { allTexts, type SigmaEvent, textOf, textsOf } from './event-fields.ts'
import { type Getter, getterOf } from './field-getter.ts'
import { fold } from './fold.ts'

/** What a field holds. */
export const ABSENT = 0
export const NULL = 1
export const SCALAR = 2
export const LIST = 3
export const OTHER = 4

/**
 * One event, seen through the dictionary of fields: each field is looked up, turned to text and folded at most once, and
 * only when something asks. One frame serves all events, one after the other.
 */
export class Frame {
  readonly kinds: Uint8Array
  readonly texts: string[]
  readonly lists: string[][]
  readonly #getters: readonly Getter[]
  readonly #seen: Uint32Array
  readonly #foldSeen: Uint32Array
  readonly #folded: string[]
  readonly #foldedLists: string[][]
  readonly #folders: readonly (() => string)[]
  event: SigmaEvent = {}
  #number = 0
  #words: readonly string[] | null = null
  #foldedWords: readonly string[] | null = null

  constructor(fields: readonly (readonly string[])[]) {
    this.#getters = fields.map(getterOf)
    this.kinds = new Uint8Array(fields.length)
    this.#seen = new Uint32Array(fields.length)
    this.#foldSeen = new Uint32Array(fields.length)
    this.texts = fields.map(() => '')
    this.lists = fields.map(() => [])
    this.#folded = fields.map(() => '')
    this.#foldedLists = fields.map(() => [])
    this.#folders = fields.map((_, field) => () => this.folded(field))
  }

  begin(event: SigmaEvent): void {
    this.event = event
    this.#words = null
    this.#foldedWords = null
    this.#number++
    if (this.#number === 0xffffffff) {
      this.#seen.fill(0)
      this.#foldSeen.fill(0)
      this.#number = 1
    }
  }

  /** Kind of a field's value; `texts` and `lists` hold it afterwards. */
  kind(field: number): number {
    if (this.#seen[field] === this.#number) return this.kinds[field] as number
    this.#seen[field] = this.#number
    const value = (this.#getters[field] as Getter)(this.event)
    let kind = OTHER
    if (typeof value === 'string') {
      kind = SCALAR
      this.texts[field] = value
    } else if (value === undefined) kind = ABSENT
    else if (value === null) kind = NULL
    else if (Array.isArray(value)) {
      kind = LIST
      this.lists[field] = textsOf(value)
    } else {
      const text = textOf(value)
      if (text !== null) {
        kind = SCALAR
        this.texts[field] = text
      }
    }
    this.kinds[field] = kind
    return kind
  }

  /** The folded text of a field of kind SCALAR. */
  folded(field: number): string {
    if (this.#foldSeen[field] === this.#number) return this.#folded[field] as string
    this.#foldSeen[field] = this.#number
    const text = fold(this.texts[field] as string)
    this.#folded[field] = text
    return text
  }

  /** A function that gives the folded text of a field of kind SCALAR. */
  folder(field: number): () => string {
    return this.#folders[field] as () => string
  }

  /** The folded texts of a field of kind LIST. */
  foldedList(field: number): readonly string[] {
    if (this.#foldSeen[field] === this.#number) return this.#foldedLists[field] as string[]
    this.#foldSeen[field] = this.#number
    const texts = (this.lists[field] as string[]).map(fold)
    this.#foldedLists[field] = texts
    return texts
  }

  /** Every scalar of the event. */
  words(): readonly string[] {
    this.#words ??= allTexts(this.event)
    return this.#words
  }

  foldedWords(): readonly string[] {
    this.#foldedWords ??= this.words().map(fold)
    return this.#foldedWords
  }

  /** The texts of a field of whatever kind. */
  textsOf(field: number): readonly string[] {
    const kind = this.kind(field)
    if (kind === SCALAR) return [this.texts[field] as string]
    return kind === LIST ? (this.lists[field] as string[]) : []
  }
}
