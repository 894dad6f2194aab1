import { createSecretKey, randomBytes, randomFillSync } from 'node:crypto'
import { FieldcryptError } from './errors.ts'
import type { KeyProvider, WrappedKey } from './provider.ts'
import { KEY_BYTES, NONCE_BYTES, XaesKey, xaesOpen, xaesSeal } from './xaes.ts'

/**
 * Key-encryption keys in the memory of this process, lost with it: for tests and trials. Wraps with XAES-256-GCM, a random nonce
 * before ciphertext and tag, the context as associated data.
 */
export class MemoryKeyProvider implements KeyProvider {
  readonly name: string
  readonly #keks = new Map<string, XaesKey>()
  #current = ''

  constructor(name = 'memory') {
    this.name = name
    this.rotate()
  }

  get current(): string {
    return this.#current
  }

  /** A new key-encryption key for all that is wrapped from now on. The old ones still unwrap. */
  rotate(): string {
    this.#current = `kek-${this.#keks.size + 1}`
    const secret = randomBytes(KEY_BYTES)
    this.#keks.set(this.#current, new XaesKey(createSecretKey(secret)))
    secret.fill(0)
    return this.#current
  }

  async wrap(secret: Uint8Array, context: Uint8Array): Promise<WrappedKey> {
    const nonce = randomFillSync(new Uint8Array(NONCE_BYTES))
    const sealed = xaesSeal(this.#kek(this.#current), nonce, context, secret)
    return { provider: this.name, kek: this.#current, bytes: new Uint8Array([...nonce, ...sealed]) }
  }

  async unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array> {
    if (wrapped.provider !== this.name) throw new FieldcryptError('unwrap_failed', 'another provider wrapped this key')
    const kek = this.#kek(wrapped.kek)
    try {
      return xaesOpen(kek, wrapped.bytes.subarray(0, NONCE_BYTES), context, wrapped.bytes.subarray(NONCE_BYTES))
    } catch {
      throw new FieldcryptError('unwrap_failed', 'a wrapped key does not open')
    }
  }

  #kek(name: string): XaesKey {
    const kek = this.#keks.get(name)
    if (kek === undefined) throw new FieldcryptError('unwrap_failed', 'the key-encryption key is not here')
    return kek
  }
}
