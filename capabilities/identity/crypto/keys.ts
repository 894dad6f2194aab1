import { createHmac, hkdfSync } from 'node:crypto'

/** What the one key is used for. Each purpose has a key of its own, so that nothing made for one is good for another. */
type Purpose = 'totp' | 'totp-offer' | 'ceremony' | 'recovery' | 'password' | 'csrf' | 'attempt' | 'origin'

const BYTES = 32
const derived = new WeakMap<Buffer, Map<Purpose, Buffer>>()

/**
 * The key of one purpose, by HKDF-SHA256 (RFC 5869).
 *
 * @param key - `SignIn.key`
 */
export function keyFor(key: Buffer, purpose: Purpose): Buffer {
  const known = derived.get(key) ?? new Map<Purpose, Buffer>()
  derived.set(key, known)
  const made = known.get(purpose) ?? Buffer.from(hkdfSync('sha256', key, '', `bergfried identity ${purpose}`, BYTES))
  known.set(purpose, made)
  return made
}

/** HMAC-SHA256 of words under the key of a purpose. The words are told apart, so `('a', 'bc')` is not `('ab', 'c')`. */
export function keyedDigest(key: Buffer, purpose: Purpose, ...words: readonly string[]): Buffer {
  return createHmac('sha256', keyFor(key, purpose)).update(JSON.stringify(words)).digest()
}
