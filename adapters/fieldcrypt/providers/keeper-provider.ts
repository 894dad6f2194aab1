import { createPublicKey, type KeyObject } from 'node:crypto'
import { FieldcryptError } from '../../../engines/fieldcrypt/errors.ts'
import type { KeyProvider, WrappedKey } from '../../../engines/fieldcrypt/provider.ts'
import {
  newExchange,
  openOnce,
  publicText,
  questionText,
  sealOnce,
  sha256,
  sharedKeys,
  signQuestion,
} from '../../../engines/keyuse/key-use.ts'
import { ProviderError } from './provider-error.ts'

/** What goes to the keeper, by whatever way. Whoever carries it can neither read nor change it. */
export interface SealedQuestion {
  readonly question: string
  readonly signature: string
  readonly context: string
  readonly box: string
}

/** Carries a question there and the answer back. @throws {ProviderError} */
export type Carrier = (asked: SealedQuestion) => Promise<{ readonly kek: string; readonly answer: string }>

export interface KeeperProviderOptions {
  /** Key-encryption key that new data keys are wrapped under. */
  readonly key: string
  /** Name under which the grant was given, and the Ed25519 private key that was enrolled for it. */
  readonly holder: string
  readonly privateKey: KeyObject
  /** The keeper's public key, as `bergfried keys list` shows it. */
  readonly keeperKey: string
  readonly carrier: Carrier
  /** Unix time in seconds. */
  readonly seconds: () => number
}

/**
 * Data keys wrapped by a keeper of Bergfried. Every use needs a live grant, is counted there and becomes evidence; what is wrapped is
 * sealed between this process and the keeper, so that a server in between sees nothing.
 */
export class KeeperKeyProvider implements KeyProvider {
  readonly name = 'bergfried'
  readonly #options: KeeperProviderOptions
  readonly #holderKey: string

  constructor(options: KeeperProviderOptions) {
    if (options.privateKey.asymmetricKeyType !== 'ed25519')
      throw new FieldcryptError('invalid', 'the key of a holder is an Ed25519 key')
    this.#options = options
    this.#holderKey = publicText(createPublicKey(options.privateKey))
  }

  /** @throws {ProviderError} */
  async wrap(secret: Uint8Array, context: Uint8Array): Promise<WrappedKey> {
    const { kek, bytes } = await this.#ask('wrap', this.#options.key, secret, context)
    return { provider: this.name, kek, bytes: new Uint8Array(bytes) }
  }

  /** @throws {ProviderError}; {FieldcryptError} `unwrap_failed` */
  async unwrap(wrapped: WrappedKey, context: Uint8Array): Promise<Uint8Array> {
    if (wrapped.provider !== this.name) throw new FieldcryptError('unwrap_failed', 'another provider wrapped this key')
    const { bytes } = await this.#ask('unwrap', wrapped.kek, wrapped.bytes, context)
    return bytes
  }

  async #ask(op: 'wrap' | 'unwrap', kek: string, given: Uint8Array, context: Uint8Array) {
    const { holder, privateKey, keeperKey, carrier, seconds } = this.#options
    const own = newExchange()
    const ephemeral = publicText(own)
    const shared = sharedKeys(own, keeperKey, ephemeral, keeperKey)
    const box = sealOnce(shared.question, given, `${op} ${kek}`)
    const digests = { context: sha256(context), box: sha256(Buffer.from(box)) }
    const question = questionText({ op, kek, holder, holderKey: this.#holderKey, ephemeral, at: seconds(), ...digests })
    const answered = await carrier({
      question,
      signature: signQuestion(privateKey, question),
      context: Buffer.from(context).toString('base64url'),
      box,
    }).catch((error: unknown) => {
      if (error instanceof ProviderError && error.reason === 'not_opened')
        throw new FieldcryptError('unwrap_failed', 'a wrapped key does not open')
      throw error
    })
    // Of the asked key, and of no other: the keeper may have a newer version of it, and nothing else.
    const fits = op === 'wrap' ? answered.kek.replace(/\.\d{1,3}$/, '') === kek : answered.kek === kek
    if (!fits) throw new ProviderError('unexpected', 'an answer for another key')
    try {
      const answer = openOnce(shared.answer, answered.answer, `${answered.kek} ${sha256(Buffer.from(question))}`)
      return { kek: answered.kek, bytes: answer }
    } catch {
      throw new ProviderError('unexpected', 'an answer that is not from the keeper')
    }
  }
}
