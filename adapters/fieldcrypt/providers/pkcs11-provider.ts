import { randomBytes } from 'node:crypto'
import { FieldcryptError } from '../../../engines/fieldcrypt/errors.ts'
import type { KeyProvider, WrappedKey } from '../../../engines/fieldcrypt/provider.ts'
import { ProviderError } from './provider-error.ts'
import { type Attribute, TokenFault, TokenSession } from './token-calls.ts'

export interface Pkcs11Options {
  /** Absolute path of the module, a shared library. */
  readonly module: string
  readonly tokenLabel: string
  /** Label of an AES-256 key that the token does not hand out. */
  readonly key: string
  /** Secret; asked for once. */
  readonly pin: () => Promise<string> | string
}

// OASIS PKCS #11 3.0, pkcs11t.h
const CKA = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  valueLength: 0x161,
  extractable: 0x162,
} as const
const SECRET_KEY = ulong(4)
const AES = ulong(0x1f)
const [YES, NO] = [Uint8Array.of(1), Uint8Array.of(0)]
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PIN_FAULTS: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa2, 0xa3, 0xa4])
/** CKR_ENCRYPTED_DATA_INVALID, CKR_ENCRYPTED_DATA_LEN_RANGE, and what SoftHSM answers for a tag that does not fit. */
const NOT_OPENED: ReadonlySet<number> = new Set([0x40, 0x41, 0x5])

/**
 * Data keys wrapped in a token by AES-256-GCM (PKCS #11 3.0, section 6.13.4), their context as associated data: the key-encryption
 * key is made there and never leaves. Needs the optional package `koffi`. Of GCM with random nonces 2^32 keys may be wrapped under one
 * key (NIST SP 800-38D section 8.3), which nobody reaches.
 */
export class Pkcs11KeyProvider implements KeyProvider {
  readonly name: string
  readonly #session: TokenSession
  readonly #key: string

  private constructor(session: TokenSession, key: string, name: string) {
    this.#session = session
    this.#key = key
    this.name = name
  }

  /** @throws {ProviderError} `refused` the PIN is not taken: try no second time by itself, tokens lock; `unreachable` */
  static async open(options: Pkcs11Options, name = 'pkcs11'): Promise<Pkcs11KeyProvider> {
    const { module, tokenLabel, key, pin } = options
    try {
      return new Pkcs11KeyProvider(await TokenSession.open(module, tokenLabel, await pin()), key, name)
    } catch (error) {
      throw told(error)
    }
  }

  /** Makes the key in the token. @throws {ProviderError} `refused` there is one of this label */
  createKey(label: string = this.#key): void {
    if (this.#find(label).length > 0) throw new ProviderError('refused', `there is a key labelled ${label}`)
    const attributes: readonly Attribute[] = [
      [CKA.class, SECRET_KEY],
      [CKA.keyType, AES],
      [CKA.token, YES],
      [CKA.private, YES],
      [CKA.sensitive, YES],
      [CKA.extractable, NO],
      [CKA.encrypt, YES],
      [CKA.decrypt, YES],
      [CKA.valueLength, ulong(32)],
      [CKA.label, Buffer.from(label, 'utf8')],
    ]
    guarded(() => this.#session.generateKey(attributes))
  }

  /** @throws {ProviderError} */
  async wrap(secret: Uint8Array, context: Uint8Array): Promise<WrappedKey> {
    const nonce = randomBytes(NONCE_BYTES)
    const key = this.#handle(this.#key)
    const sealed = guarded(() => this.#session.seal(key, nonce, context, secret))
    if (sealed.length !== secret.length + TAG_BYTES)
      throw new ProviderError('unexpected', 'the token sealed with another tag than one of 16 bytes')
    return { provider: this.name, kek: this.#key, bytes: new Uint8Array(Buffer.concat([nonce, sealed])) }
  }

  /** @throws {ProviderError}; {FieldcryptError} `unwrap_failed` */
  async unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array> {
    if (wrapped.provider !== this.name || wrapped.bytes.length <= NONCE_BYTES + TAG_BYTES)
      throw new FieldcryptError('unwrap_failed', 'this was not wrapped by this provider')
    const key = this.#handle(wrapped.kek)
    const [nonce, sealed] = [wrapped.bytes.subarray(0, NONCE_BYTES), wrapped.bytes.subarray(NONCE_BYTES)]
    try {
      return new Uint8Array(this.#session.open(key, nonce, context, sealed))
    } catch (error) {
      if (error instanceof TokenFault && NOT_OPENED.has(error.returned))
        throw new FieldcryptError('unwrap_failed', 'a wrapped key does not open')
      throw told(error)
    }
  }

  close(): void {
    this.#session.close()
  }

  #find(label: string): readonly bigint[] {
    const like: readonly Attribute[] = [
      [CKA.class, SECRET_KEY],
      [CKA.label, Buffer.from(label, 'utf8')],
    ]
    return guarded(() => this.#session.find(like))
  }

  /** The one key of a label, if the token keeps it to itself. */
  #handle(label: string): bigint {
    const [key, ...others] = this.#find(label)
    if (key === undefined || others.length > 0)
      throw new ProviderError('refused', `the token holds no single key labelled ${label}`)
    const safe = guarded(() => this.#session.isYes(key, CKA.sensitive) && !this.#session.isYes(key, CKA.extractable))
    if (!safe) throw new ProviderError('refused', `the token would hand out ${label}`)
    return key
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw told(error)
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof TokenFault)) return error
  if (PIN_FAULTS.has(error.returned)) return new ProviderError('refused', 'the token does not accept the PIN')
  return new ProviderError('unreachable', `the token does not work: ${error.message}`)
}

/** A number as C sees it. */
function ulong(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}
