/**
 * Why something was not encrypted, decrypted or accepted.
 *
 * - `malformed`: bytes that are no envelope. `unsupported`: an envelope of a version or algorithm that is not known here.
 * - `unverified`: the tag does not fit: another key, row, column or tenant, or changed bytes. Deliberately no finer.
 * - `unknown_key`: no such key, or not one of this column. `key_state`: its state forbids it.
 * - `unwrap_failed`: a wrapped key did not open, or opened to something else than was wrapped.
 * - `exhausted`: a bound of the algorithm is reached. `too_large`: a value beyond the limit.
 * - `tiny_domain`: an index that would give its values away. `invalid`: arguments that are never right.
 * - `conflict`: a key record is not in the state the change was made for.
 * - `worker`: the pool of workers is closed or a worker died.
 */
export type FieldcryptReason =
  | 'malformed'
  | 'unsupported'
  | 'unverified'
  | 'unknown_key'
  | 'key_state'
  | 'unwrap_failed'
  | 'exhausted'
  | 'too_large'
  | 'tiny_domain'
  | 'invalid'
  | 'conflict'
  | 'worker'

/**
 * The one error of this package: bad input or a key that may not be used, never a defect. The message is one clause with
 * the place; never a value, never key material. It has no `cause`: an inner error could quote either.
 */
export class FieldcryptError extends Error {
  override readonly name = 'FieldcryptError'
  readonly code: FieldcryptReason

  constructor(code: FieldcryptReason, message: string) {
    super(message)
    this.code = code
  }
}

export const invalid = (what: string): FieldcryptError => new FieldcryptError('invalid', what)
