/**
 * Why whoever holds key-encryption keys did not wrap or unwrap.
 *
 * - `refused`: it could and will not: no grant, the grant is over, the key is disabled, a rate limit. `reason` says which.
 * - `unreachable`: no answer; later again.
 * - `unexpected`: an answer that makes no sense.
 *
 * The message holds names alone, never key material.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: 'refused' | 'unreachable' | 'unexpected'
  readonly reason: string

  constructor(code: ProviderError['code'], reason: string, options?: ErrorOptions) {
    super(`${code}: ${reason}`, options)
    this.code = code
    this.reason = reason
  }
}
