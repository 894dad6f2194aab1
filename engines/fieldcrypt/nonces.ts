import { type KeyObject, randomFillSync } from 'node:crypto'
import { FieldcryptError, invalid } from './errors.ts'
import { IV_BYTES } from './gcm.ts'
import { HEAD_BYTES, NONCE_BYTES, type XaesKey } from './xaes.ts'

/** Messages under one derived key unless told otherwise: random second halves then meet with 2^-57. */
export const MESSAGES_PER_HEAD = 2 ** 20
/** Never more: 2^-49. NIST SP 800-38D section 8.3 would allow 2^32 messages with 2^-32. */
export const MAX_MESSAGES_PER_HEAD = 2 ** 24
/** 16-byte blocks of plaintext and associated data under one derived key; 4 GiB. Keeps GCM's own bound below 2^-70. */
export const BLOCKS_PER_HEAD = 2 ** 28
/** First halves that one process draws for one key before it asks for another key. */
export const MAX_HEADS = 2 ** 32

const BLOCK = 16
/** Second halves drawn at once: a call of the generator costs more than its bytes. */
const DRAWN = 64
const POOL_BYTES = DRAWN * IV_BYTES

export interface NonceOptions {
  /** 1 to 2^24; 1 derives a key for every message, as XAES-256-GCM is usually used. */
  readonly messagesPerHead?: number
  /** First halves before the key counts as used up in this process: 1 to 2^32, the default. */
  readonly maxHeads?: number
  /** Fills with random bytes; for tests. */
  readonly random?: (bytes: Uint8Array) => void
}

/**
 * The nonces of one key in one process. The first half is drawn anew when the process begins to encrypt and whenever a bound
 * is reached (an epoch); the second half is drawn anew for every message. So the derived key, which depends on the first half
 * alone, is computed once per epoch. Every nonce is still 192 random bits of which 96 are fresh; see the README for the bound.
 */
export class Nonces {
  readonly #key: XaesKey
  readonly #messagesPerHead: number
  readonly #random: (bytes: Uint8Array) => void
  /** The nonce of the message at hand. */
  readonly nonce = new Uint8Array(NONCE_BYTES)
  /** Its second half: the nonce of AES-256-GCM. The same memory. */
  readonly iv = this.nonce.subarray(HEAD_BYTES)
  readonly #head = this.nonce.subarray(0, HEAD_BYTES)
  readonly #pool = new Uint8Array(POOL_BYTES)
  #drawn = POOL_BYTES
  readonly #maxHeads: number
  #derived: KeyObject | null = null
  #messages = 0
  #blocks = 0
  #heads = 0

  constructor(
    key: XaesKey,
    { messagesPerHead = MESSAGES_PER_HEAD, maxHeads = MAX_HEADS, random = fill }: NonceOptions = {},
  ) {
    if (!Number.isInteger(messagesPerHead) || messagesPerHead < 1 || messagesPerHead > MAX_MESSAGES_PER_HEAD)
      throw invalid('messages per derived key are 1 to 2^24')
    if (!Number.isInteger(maxHeads) || maxHeads < 1 || maxHeads > MAX_HEADS)
      throw invalid('first halves per key are 1 to 2^32')
    this.#key = key
    this.#maxHeads = maxHeads
    this.#messagesPerHead = messagesPerHead
    this.#random = random
  }

  /**
   * Draws `nonce` and `iv` for one message and gives the AES-256-GCM key for it. Error: `exhausted` after `maxHeads` epochs.
   */
  next(plaintextBytes: number, aadBytes: number): KeyObject {
    const blocks = Math.ceil(plaintextBytes / BLOCK) + Math.ceil(aadBytes / BLOCK) + 2
    if (this.#messages >= this.#messagesPerHead || this.#blocks + blocks > BLOCKS_PER_HEAD) this.freshHead()
    const derived = this.#derived ?? this.#begin()
    this.#messages += 1
    this.#blocks += blocks
    if (this.#drawn === POOL_BYTES) {
      this.#random(this.#pool)
      this.#drawn = 0
    }
    for (let i = 0; i < IV_BYTES; i++) this.iv[i] = this.#pool[this.#drawn++] ?? 0
    return derived
  }

  /** Ends the epoch: the next message draws a new first half, and a new second half from a new draw. */
  freshHead(): void {
    this.#derived = null
    this.#messages = 0
    this.#blocks = 0
    this.#drawn = POOL_BYTES
  }

  #begin(): KeyObject {
    if (this.#heads >= this.#maxHeads) throw new FieldcryptError('exhausted', 'a data key is used up: rotate it')
    this.#heads += 1
    this.#random(this.#head)
    this.#derived = this.#key.derive(this.#head)
    return this.#derived
  }
}

const fill = (bytes: Uint8Array): void => {
  randomFillSync(bytes)
}
