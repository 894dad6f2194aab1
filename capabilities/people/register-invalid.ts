import { BergfriedError } from '../../kernel/errors.ts'
import type { Text } from '../../kernel/i18n/text.ts'

/** Something wrong at a place of an import. */
export interface RegisterProblem {
  readonly file: string
  readonly line: number
  readonly reason: Text
}

/** The error for an import with problems: the first one with file and line, and how many others there are. */
export function registerInvalid(problems: readonly [RegisterProblem, ...RegisterProblem[]]): BergfriedError {
  const [first, ...others] = problems
  const more = others.length
  return new BergfriedError('register.invalid', {
    file: first.file,
    line: first.line,
    reason: more > 0 ? `${first.reason.en} (and ${more} more)` : first.reason.en,
    reasonDe: more > 0 ? `${first.reason.de} (und ${more} weitere)` : first.reason.de,
    others: more,
  })
}

/** A value for a message: short, and without characters that could play with the terminal. */
export function shown(value: string): string {
  const safe = value.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD')
  return safe.length > 60 ? `${safe.slice(0, 60)}…` : safe
}
