import { createHash } from 'node:crypto'
import { FieldcryptError } from '../../../engines/fieldcrypt/errors.ts'
import type { KeyProvider, WrappedKey } from '../../../engines/fieldcrypt/provider.ts'
import { type AwsCredentials, awsHeaders } from './aws-signature.ts'
import { ProviderError } from './provider-error.ts'

export interface KmsOptions {
  readonly region: string
  /** Key id, ARN or alias of a symmetric key. */
  readonly keyId: string
  /** Read at each use: credentials of roles end. */
  readonly credentials: () => Promise<AwsCredentials> | AwsCredentials
  /** In place of `https://kms.REGION.amazonaws.com`, for a private endpoint; plain http on the loopback alone. */
  readonly endpoint?: string
  readonly now: () => Date
  readonly timeoutMs?: number
}

/**
 * Data keys wrapped by AWS KMS, the digest of their context as encryption context, so that CloudTrail shows no name of a table or tenant.
 * Source: AWS KMS API Reference, Encrypt and Decrypt.
 */
export class KmsKeyProvider implements KeyProvider {
  readonly name: string
  readonly #options: KmsOptions
  readonly #url: URL

  constructor(options: KmsOptions, name = 'aws-kms') {
    const url = new URL(options.endpoint ?? `https://kms.${options.region}.amazonaws.com`)
    const near = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && near))
      throw new FieldcryptError('invalid', 'the endpoint of KMS begins with https://')
    this.name = name
    this.#options = options
    this.#url = url
  }

  /** @throws {ProviderError} */
  async wrap(secret: Uint8Array, context: Uint8Array): Promise<WrappedKey> {
    const { keyId } = this.#options
    const answer = await this.#ask('Encrypt', { KeyId: keyId, Plaintext: base64(secret) }, context)
    const [blob, kek] = [textIn(answer, 'CiphertextBlob'), textIn(answer, 'KeyId')]
    return { provider: this.name, kek, bytes: new Uint8Array(Buffer.from(blob, 'base64')) }
  }

  /** @throws {ProviderError}; {FieldcryptError} `unwrap_failed` */
  async unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array> {
    if (wrapped.provider !== this.name) throw new FieldcryptError('unwrap_failed', 'another provider wrapped this key')
    const answer = await this.#ask('Decrypt', { KeyId: wrapped.kek, CiphertextBlob: base64(wrapped.bytes) }, context)
    return new Uint8Array(Buffer.from(textIn(answer, 'Plaintext'), 'base64'))
  }

  async #ask(op: 'Encrypt' | 'Decrypt', body: object, context: Uint8Array): Promise<unknown> {
    const { credentials, region, now, timeoutMs = 10_000 } = this.#options
    const digest = createHash('sha256').update(context).digest('base64')
    const text = JSON.stringify({ ...body, EncryptionContext: { bergfried: digest } })
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${op}` }
    const request = { method: 'POST', url: this.#url, headers, body: text }
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: awsHeaders(request, await credentials(), { region, service: 'kms' }, now()),
      body: text,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {
      throw new ProviderError('unreachable', this.#url.host)
    })
    const told: unknown = await answer.json().catch(() => null)
    if (answer.ok) return told
    const type = String((told as { __type?: unknown } | null)?.__type ?? answer.status)
      .replace(/^.*#/, '')
      .slice(0, 80)
    if (type === 'InvalidCiphertextException' || type === 'IncorrectKeyException')
      throw new FieldcryptError('unwrap_failed', 'a wrapped key does not open')
    if (answer.status >= 500 || type === 'ThrottlingException') throw new ProviderError('unreachable', `KMS: ${type}`)
    throw new ProviderError('refused', `KMS: ${type}`)
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function textIn(value: unknown, name: string): string {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  if (typeof found !== 'string') throw new ProviderError('unexpected', `no ${name} in the answer of KMS`)
  return found
}
