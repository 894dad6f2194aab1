/** Why something of a log was not accepted. */
export type TlogReason = 'malformed' | 'unverified' | 'inconsistent' | 'quorum' | 'too_large'

/** The one error of this package: bad input, never a defect. The message is one clause without secrets. */
export class TlogError extends Error {
  override readonly name = 'TlogError'
  readonly code: TlogReason

  constructor(code: TlogReason, message: string) {
    super(message)
    this.code = code
  }
}

export const malformed = (what: string): TlogError => new TlogError('malformed', what)
