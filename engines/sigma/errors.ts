/**
 * Why a document was not taken.
 * `malformed`: not YAML, not of the shape that Sigma wants. `unsupported`: well formed, and this engine cannot judge it.
 * `unresolved`: refers to a placeholder, rule or name that nobody gave. `duplicate`: an id or name that stands for two rules.
 * `too_large`: beyond a limit of this engine. `stale`: a compiled pack of another engine or of other rules.
 */
export type SigmaReason = 'malformed' | 'unsupported' | 'unresolved' | 'duplicate' | 'too_large' | 'stale'

/** Where: the file as the caller named it, and a line counted from 1 (0: the whole file). */
interface Place {
  readonly file: string
  readonly line: number
}

/** The one error of this package: bad input, never a defect. */
export class SigmaError extends Error {
  override readonly name = 'SigmaError'
  readonly code: SigmaReason
  readonly place: Place
  /** The message without its place. */
  readonly reason: string

  constructor(code: SigmaReason, reason: string, place: Place = { file: '', line: 0 }) {
    super(place.file === '' ? reason : `${place.file}:${place.line}: ${reason}`)
    this.code = code
    this.reason = reason
    this.place = place
  }

  /** The same error with a place, where it had none. */
  at(place: Place): SigmaError {
    return this.place.file === '' ? new SigmaError(this.code, this.reason, place) : this
  }
}

/** A document that was not taken: what a caller shows. Nothing is dropped without one. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly code: SigmaReason
  readonly reason: string
  /** `id` of the rule, else its title, where it could be read. */
  readonly rule: string | null
}

/** Turns an error of this package into a problem; a defect is thrown on. */
export function problemOf(error: unknown, place: Place, rule: string | null): Problem {
  if (!(error instanceof SigmaError)) throw error
  const at = error.place.file === '' ? place : error.place
  return { file: at.file, line: at.line, code: error.code, reason: error.reason, rule }
}
