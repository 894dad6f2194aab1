/** A wrapped key as it is stored. */
export interface WrappedKey {
  /** Which provider opens it, and which of its key-encryption keys; both are names, not secrets. */
  readonly provider: string
  readonly kek: string
  readonly bytes: Uint8Array
}

/**
 * Whatever holds key-encryption keys: a keeper, a token, a service. Everything that a provider does may be slow, may be refused
 * and may be recorded; the engine asks it only when a key is made, opened or wrapped anew, never per value.
 */
export interface KeyProvider {
  readonly name: string
  /** Encrypts a 32-byte secret under the provider's current key-encryption key, bound to `context` if the provider can. */
  wrap(secret: Uint8Array, context: Uint8Array): Promise<WrappedKey>
  /**
   * The secret, in memory that the caller may overwrite. Refuses where context or bytes are not what was wrapped; the check value
   * catches what a provider without associated data cannot see.
   */
  unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array>
}
