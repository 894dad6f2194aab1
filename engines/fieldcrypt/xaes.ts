import { type Cipheriv, createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { FieldcryptError, invalid } from './errors.ts'
import { gcmDecrypt, gcmEncryptInto, TAG_BYTES } from './gcm.ts'

export const KEY_BYTES = 32
export const NONCE_BYTES = 24
/** The half of the nonce that the AES-256-GCM key is derived from. */
export const HEAD_BYTES = 12
const BLOCK = 16
/** The polynomial of CMAC's doubling, NIST SP 800-38B section 5.3. */
const R128 = 0x87

/**
 * A key of XAES-256-GCM (https://c2sp.org/XAES-256-GCM): derives the AES-256-GCM key from the first half of the nonce by
 * the counter KDF of NIST SP 800-108r1 with CMAC-AES256, which here is AES over two blocks.
 */
export class XaesKey {
  /** ECB without padding keeps no state between whole blocks, so one cipher serves every derivation. */
  readonly #blocks: Cipheriv
  readonly #k1: Uint8Array
  readonly #messages = new Uint8Array(2 * BLOCK)

  constructor(key: KeyObject) {
    if (key.type !== 'secret' || key.symmetricKeySize !== KEY_BYTES) throw invalid('a key has 32 secret bytes')
    this.#blocks = createCipheriv('aes-256-ecb', key, null)
    this.#blocks.setAutoPadding(false)
    this.#k1 = doubled(this.#blocks.update(new Uint8Array(BLOCK)))
  }

  /** The AES-256-GCM key for all nonces that begin with these 12 bytes. */
  derive(head: Uint8Array): KeyObject {
    if (head.length !== HEAD_BYTES) throw invalid(`the first half of a nonce has ${HEAD_BYTES} bytes`)
    const messages = this.#messages
    messages.set([0, 1, 0x58, 0])
    messages.set(head, 4)
    messages.set([0, 2, 0x58, 0], BLOCK)
    messages.set(head, BLOCK + 4)
    for (let i = 0; i < messages.length; i++) messages[i] = (messages[i] ?? 0) ^ (this.#k1[i % BLOCK] ?? 0)
    const derived = this.#blocks.update(messages)
    const key = createSecretKey(derived)
    derived.fill(0)
    return key
  }
}

/** Ciphertext and tag of XAES-256-GCM. A nonce (24 bytes) must never be used twice with a key. */
export function xaesSeal(key: XaesKey, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Buffer {
  checkNonce(nonce)
  const out = Buffer.allocUnsafeSlow(plaintext.length + TAG_BYTES)
  gcmEncryptInto(key.derive(nonce.subarray(0, HEAD_BYTES)), nonce.subarray(HEAD_BYTES), aad, plaintext, out, 0)
  return out
}

/** The plaintext that was sealed. Errors: `malformed` (too short), `unverified`. */
export function xaesOpen(key: XaesKey, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  checkNonce(nonce)
  const length = sealed.length - TAG_BYTES
  if (length < 0) throw new FieldcryptError('malformed', 'sealed bytes are shorter than a tag')
  const derived = key.derive(nonce.subarray(0, HEAD_BYTES))
  return gcmDecrypt(derived, nonce.subarray(HEAD_BYTES), aad, sealed.subarray(0, length), sealed.subarray(length))
}

function checkNonce(nonce: Uint8Array): void {
  if (nonce.length !== NONCE_BYTES) throw invalid(`a nonce has ${NONCE_BYTES} bytes`)
}

/** Multiplication by x in GF(2^128), NIST SP 800-38B section 6.1. */
function doubled(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK)
  for (let i = 0; i < BLOCK; i++) out[i] = ((block[i] ?? 0) << 1) | ((block[i + 1] ?? 0) >> 7)
  // Without a branch on the secret bit.
  out[BLOCK - 1] = (out[BLOCK - 1] ?? 0) ^ (R128 & -((block[0] ?? 0) >> 7))
  return out
}
