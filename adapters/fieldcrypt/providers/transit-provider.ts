import { FieldcryptError } from '../../../engines/fieldcrypt/errors.ts'
import type { KeyProvider, WrappedKey } from '../../../engines/fieldcrypt/provider.ts'
import { ProviderError } from './provider-error.ts'

export interface TransitOptions {
  /** `https://bao.example:8200`; plain http on the loopback alone. */
  readonly address: string
  /** Where the secrets engine is mounted. */
  readonly mount?: string
  /** Name of a key of type aes256-gcm96 or another that takes associated data. */
  readonly key: string
  /** Read at each use: tokens are renewed. */
  readonly token: () => Promise<string> | string
  readonly namespace?: string
  readonly timeoutMs?: number
}

const KEY = /^[A-Za-z0-9_.-]{1,100}$/
const CIPHERTEXT = /^vault:v([1-9]\d{0,5}):[A-Za-z0-9+/=]{16,8192}$/

/**
 * Data keys wrapped by the Transit secrets engine of OpenBao or Vault, their context as associated data.
 * Source: OpenBao documentation, "Transit Secrets Engine (API)", encrypt and decrypt.
 */
export class TransitKeyProvider implements KeyProvider {
  readonly name: string
  readonly #options: TransitOptions
  readonly #url: URL

  constructor(options: TransitOptions, name = 'transit') {
    const url = new URL(options.address)
    const near = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && near))
      throw new FieldcryptError('invalid', 'the address of Transit begins with https://')
    if (!KEY.test(options.key) || !/^[A-Za-z0-9_/.-]{1,200}$/.test(options.mount ?? 'transit'))
      throw new FieldcryptError('invalid', 'a name of a Transit key or mount')
    this.name = name
    this.#options = options
    this.#url = url
  }

  /** @throws {ProviderError} */
  async wrap(secret: Uint8Array, context: Uint8Array): Promise<WrappedKey> {
    const { key } = this.#options
    const ciphertext = await this.#ask('encrypt', key, { plaintext: base64(secret) }, context, 'ciphertext')
    const version = CIPHERTEXT.exec(ciphertext)?.[1]
    if (version === undefined) throw new ProviderError('unexpected', 'no ciphertext of Transit')
    return { provider: this.name, kek: `${key}:v${version}`, bytes: new Uint8Array(Buffer.from(ciphertext)) }
  }

  /** @throws {ProviderError}; {FieldcryptError} `unwrap_failed` */
  async unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array> {
    const ciphertext = Buffer.from(wrapped.bytes).toString('utf8')
    const key = wrapped.kek.replace(/:v\d+$/, '')
    if (wrapped.provider !== this.name || !KEY.test(key) || !CIPHERTEXT.test(ciphertext))
      throw new FieldcryptError('unwrap_failed', 'this was not wrapped by this provider')
    const plaintext = await this.#ask('decrypt', key, { ciphertext }, context, 'plaintext')
    return new Uint8Array(Buffer.from(plaintext, 'base64'))
  }

  async #ask(op: 'encrypt' | 'decrypt', key: string, body: object, context: Uint8Array, wanted: string) {
    const { mount = 'transit', token, namespace, timeoutMs = 10_000 } = this.#options
    const headers = {
      'content-type': 'application/json',
      'x-vault-token': await token(),
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    }
    const answer = await fetch(new URL(`/v1/${mount}/${op}/${key}`, this.#url), {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...body, associated_data: base64(context) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {
      throw new ProviderError('unreachable', this.#url.host)
    })
    const { data } = ((await answer.json().catch(() => null)) ?? {}) as { data?: Record<string, unknown> }
    if (answer.status === 400 && op === 'decrypt')
      throw new FieldcryptError('unwrap_failed', 'a wrapped key does not open')
    if ([400, 403, 404].includes(answer.status)) throw new ProviderError('refused', `Transit answered ${answer.status}`)
    if (!answer.ok) throw new ProviderError('unreachable', `Transit answered ${answer.status}`)
    const found = data?.[wanted]
    if (typeof found !== 'string') throw new ProviderError('unexpected', `no ${wanted} in the answer of Transit`)
    return found
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
