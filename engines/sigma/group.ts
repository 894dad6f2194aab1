import { Candidates } from './candidates.ts'
import { eachText } from './event-fields.ts'
import { FieldIndex } from './field-index.ts'
import { fold } from './fold.ts'
import { type Frame, LIST, OTHER, SCALAR } from './frame.ts'
import type { EventRule } from './ir.ts'
import { type Predicate, predicateOf } from './predicate.ts'
import { ANYWHERE, type Clue, type Cost, witnessOf } from './witness.ts'

/** The rules that fit events of one log source, with the index that says which of them an event may match. */
export class Group {
  readonly #rules: readonly EventRule[]
  readonly #positions: readonly number[]
  /** Made when a rule is first a candidate: most rules never are. */
  readonly #predicates: (Predicate | undefined)[]
  readonly #candidates: Candidates
  readonly #always: Int32Array
  readonly #fields: readonly number[]
  readonly #indexes: readonly FieldIndex[]
  readonly #words: FieldIndex | null
  /** The value of the event that is being looked at, and the function that folds it. */
  #word = ''
  #foldedWord: string | null = null
  readonly #foldWord = (): string => {
    this.#foldedWord ??= fold(this.#word)
    return this.#foldedWord
  }
  readonly #visitWord = (text: string): void => {
    this.#word = text
    this.#foldedWord = null
    this.#words?.scan(text, this.#foldWord, this.#candidates)
  }

  /** `positions`: where the rules stand in the pack. */
  constructor(rules: readonly EventRule[], positions: readonly number[], cost: Cost) {
    this.#rules = rules
    this.#positions = positions
    this.#predicates = rules.map(() => undefined)
    this.#candidates = new Candidates(rules.length)
    const clues = new Map<number, [Clue, number][]>()
    const always: number[] = []
    for (const [i, rule] of rules.entries()) {
      const witness = witnessOf(rule.cond, cost)
      if (witness === null) always.push(i)
      for (const clue of witness ?? []) {
        const known = clues.get(clue.field)
        if (known === undefined) clues.set(clue.field, [[clue, i]])
        else known.push([clue, i])
      }
    }
    this.#always = Int32Array.from(always)
    const words = clues.get(ANYWHERE)
    this.#words = words === undefined ? null : new FieldIndex(words)
    clues.delete(ANYWHERE)
    this.#fields = [...clues.keys()]
    this.#indexes = [...clues.values()].map((of) => new FieldIndex(of))
  }

  /** Rules without a witness: judged on every event. */
  get linear(): number {
    return this.#always.length
  }

  /** Positions of the rules that hold, in the order of the pack. */
  match(frame: Frame): number[] {
    const found = this.#candidates
    found.begin()
    found.addAll(this.#always)
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i] as number
      const kind = frame.kind(field)
      // ABSENT is 0: the usual case of a dictionary of hundreds of fields.
      if (kind === 0) continue
      const index = this.#indexes[i] as FieldIndex
      found.addAll(index.present)
      if (!index.reads || kind === OTHER) continue
      if (kind === SCALAR) index.scan(frame.texts[field] as string, frame.folder(field), found)
      else if (kind === LIST) {
        for (const text of frame.lists[field] as string[]) index.scan(text, () => fold(text), found)
      }
    }
    const words = this.#words
    if (words !== null) {
      found.addAll(words.present)
      if (words.reads) eachText(frame.event, this.#visitWord, words.shortest)
    }
    return this.#judge(frame)
  }

  /** How many rules the last event was judged by. */
  get judged(): number {
    return this.#candidates.size
  }

  #judge(frame: Frame): number[] {
    const { list, size } = this.#candidates
    const matched: number[] = []
    for (let i = 0; i < size; i++) {
      const rule = list[i] as number
      let predicate = this.#predicates[rule]
      if (predicate === undefined) {
        predicate = predicateOf((this.#rules[rule] as EventRule).cond)
        this.#predicates[rule] = predicate
      }
      if (predicate(frame)) matched.push(this.#positions[rule] as number)
    }
    return matched.length > 1 ? matched.sort((a, b) => a - b) : matched
  }
}
