import { badRequest, shown } from '../protocol/scim-problem.ts'
import { type Token, tokensOf } from './tokens.ts'

/** UTF-16 units of a filter. */
const MOST_LENGTH = 4000
const MOST_DEPTH = 30
const MOST_TERMS = 100

/** Reads tokens one after another, within bounds. */
export class TokenReader {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0
  #terms = 0

  /** @throws {ScimProblem} `invalidFilter` */
  constructor(source: string) {
    if (source.length > MOST_LENGTH)
      throw badRequest('invalidFilter', `länger als ${MOST_LENGTH} Zeichen`, `longer than ${MOST_LENGTH} characters`)
    this.#source = source
    this.#tokens = tokensOf(source)
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead]
  }

  take(): Token | undefined {
    const token = this.peek()
    this.#next += 1
    return token
  }

  /** Takes the token if it is this mark, or this word in any case. */
  takeIf(wanted: string): boolean {
    const token = this.peek()
    const found = token !== undefined && token.kind !== 'text' && token.text.toLowerCase() === wanted
    if (found) this.#next += 1
    return found
  }

  /** @throws {ScimProblem} `invalidFilter` where something else comes */
  expect(wanted: string): void {
    if (!this.takeIf(wanted)) this.fail(`„${wanted}“ erwartet`, `“${wanted}” expected`)
  }

  /** Goes one level deeper for the time of `work`. @throws {ScimProblem} `invalidFilter` where it is too deep */
  deeper<T>(work: () => T): T {
    this.#depth += 1
    if (this.#depth > MOST_DEPTH) this.fail('zu tief geschachtelt', 'nested too deeply')
    const made = work()
    this.#depth -= 1
    return made
  }

  /** Counts a comparison. @throws {ScimProblem} `invalidFilter` where there are too many */
  term(): void {
    this.#terms += 1
    if (this.#terms > MOST_TERMS) this.fail(`mehr als ${MOST_TERMS} Vergleiche`, `more than ${MOST_TERMS} comparisons`)
  }

  /** @throws {ScimProblem} `invalidFilter` always */
  fail(de: string, en: string): never {
    const at = this.peek()?.at ?? this.#source.length
    const near = shown(this.#source.slice(at, at + 20))
    throw badRequest(
      'invalidFilter',
      `${de} bei „${near}“ (Zeichen ${at + 1})`,
      `${en} at “${near}” (character ${at + 1})`,
    )
  }
}
