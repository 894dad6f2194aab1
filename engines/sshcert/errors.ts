/**
 * Why something was not accepted.
 *
 * - `malformed`: bytes or text that are not of the format
 * - `too_large`: of the format, and over a limit of this package or of OpenSSH
 * - `unsupported`: of the format, and with a part that this package does not handle
 * - `unverified`: a signature does not hold, or nobody trusted made it
 * - `expired`: outside its time of validity
 * - `refused`: sound, and against a rule: principals, type, address, options, revocation
 * - `stale`: older than its issuer allows
 * - `rollback`: an older version than the one known
 */
export type SshReason =
  | 'malformed'
  | 'too_large'
  | 'unsupported'
  | 'unverified'
  | 'expired'
  | 'refused'
  | 'stale'
  | 'rollback'

/** The one error of this package: bad input, never a defect. The message is one clause without key material. */
export class SshError extends Error {
  override readonly name = 'SshError'
  readonly code: SshReason

  constructor(code: SshReason, message: string) {
    super(message)
    this.code = code
  }
}

export const malformed = (what: string): SshError => new SshError('malformed', what)
export const tooLarge = (what: string): SshError => new SshError('too_large', what)
export const unsupported = (what: string): SshError => new SshError('unsupported', what)
export const unverified = (what: string): SshError => new SshError('unverified', what)
export const refused = (what: string): SshError => new SshError('refused', what)
