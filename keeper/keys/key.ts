/** What a key is for. Each purpose has a key, a state and operations of its own. */
export type Purpose = 'checkpoint' | 'authority' | 'orders'

/** A private key that nobody takes out of here. */
export interface SigningKey {
  /** Ed25519 (RFC 8032), 32 bytes. */
  readonly publicKey: Uint8Array
  /** True: the key lies in this process, and no token signs with it. */
  readonly inProcess: boolean
  /** @returns 64 bytes. @throws {KeeperError} `failed` */
  sign(message: Uint8Array): Uint8Array
}

/** Where keys are kept: one per purpose. */
export interface KeyStore {
  readonly place: 'file' | 'token'
  /** @throws {KeeperError} `unsafe`, `failed` */
  find(purpose: Purpose): Promise<SigningKey | null>
  /** Makes the key of a purpose, which must not exist. Durable when it resolves. */
  create(purpose: Purpose): Promise<SigningKey>
  close(): void
}
