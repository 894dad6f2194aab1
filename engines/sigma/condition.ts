import { SigmaError } from './errors.ts'

/** A condition before its names are looked up. */
export type Condition =
  | { readonly c: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly c: 'not'; readonly of: Condition }
  | { readonly c: 'name'; readonly name: string }
  | { readonly c: 'some'; readonly all: boolean; readonly pattern: string }

const MAX_LENGTH = 16_384
const MAX_DEPTH = 64

/**
 * Parses a condition: `or` binds least, then `and`, `not`, `1 of`/`any of`/`all of`, parentheses. Operators in any case, as
 * older rules write them. The pipe of Sigma 1 (`| count() by …`) is refused: correlations took its place.
 */
export function parseCondition(text: string): Condition {
  if (text.length > MAX_LENGTH) throw new SigmaError('too_large', `condition of ${text.length} characters`)
  if (text.includes('|')) throw new SigmaError('unsupported', 'aggregation in a condition; write a correlation instead')
  const tokens = text.match(/[()]|[^\s()]+/g) ?? []
  if (tokens.length === 0) throw new SigmaError('malformed', 'condition is empty')
  const reader = new Reader(tokens)
  const condition = reader.or(0)
  reader.end()
  return condition
}

class Reader {
  readonly #tokens: readonly string[]
  #at = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  or(depth: number): Condition {
    const of = [this.#and(depth)]
    while (this.#take('or')) of.push(this.#and(depth))
    return of.length === 1 && of[0] !== undefined ? of[0] : { c: 'or', of }
  }

  end(): void {
    const rest = this.#tokens[this.#at]
    if (rest !== undefined) throw new SigmaError('malformed', `condition: "${rest.slice(0, 64)}" where it should end`)
  }

  #and(depth: number): Condition {
    const of = [this.#not(depth)]
    while (this.#take('and')) of.push(this.#not(depth))
    return of.length === 1 && of[0] !== undefined ? of[0] : { c: 'and', of }
  }

  #not(depth: number): Condition {
    if (depth > MAX_DEPTH) throw new SigmaError('too_large', `condition nested deeper than ${MAX_DEPTH}`)
    if (this.#take('not')) return { c: 'not', of: this.#not(depth + 1) }
    return this.#operand(depth)
  }

  #operand(depth: number): Condition {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new SigmaError('malformed', 'condition ends where a name should stand')
    this.#at++
    if (token === '(') {
      const inner = this.or(depth + 1)
      if (!this.#take(')')) throw new SigmaError('malformed', 'condition lacks a closing parenthesis')
      return inner
    }
    if (token === ')' || /^(?:and|or|not|of)$/i.test(token)) {
      throw new SigmaError('malformed', `condition: "${token}" where a name should stand`)
    }
    if (this.#tokens[this.#at]?.toLowerCase() === 'of') return this.#some(token.toLowerCase())
    return { c: 'name', name: token }
  }

  #some(quantity: string): Condition {
    this.#at++
    if (quantity !== '1' && quantity !== 'any' && quantity !== 'all') {
      throw new SigmaError('unsupported', `condition: "${quantity.slice(0, 64)} of"; Sigma knows "1 of" and "all of"`)
    }
    const pattern = this.#tokens[this.#at]
    if (pattern === undefined || pattern === '(' || pattern === ')') {
      throw new SigmaError('malformed', `condition: "${quantity} of" without names`)
    }
    this.#at++
    return { c: 'some', all: quantity === 'all', pattern }
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false
    this.#at++
    return true
  }
}

/** The names that a `… of` stands for: `them` or a pattern with `*` anywhere; names with `_` in front are left out. */
export function namesOf(pattern: string, names: readonly string[]): string[] {
  const open = names.filter((name) => !name.startsWith('_'))
  if (pattern.toLowerCase() === 'them') return open
  const pieces = pattern.split('*')
  return open.filter((name) => matches(name, pieces))
}

function matches(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0 || found + piece.length > name.length - last.length) return false
    at = found + piece.length
  }
  return true
}
