import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { FieldcryptError } from './errors.ts'

export const TAG_BYTES = 16
export const IV_BYTES = 12
// Node takes tags of 4, 8 and 12 bytes too unless the length is fixed.
const OPTIONS = { authTagLength: TAG_BYTES } as const

/**
 * AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags and nothing else. Writes ciphertext and tag into
 * `out` from `at` on; `out` must have room for `plaintext.length + 16` bytes there.
 */
export function gcmEncryptInto(
  key: KeyObject,
  iv: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  out: Uint8Array,
  at: number,
): void {
  const cipher = createCipheriv('aes-256-gcm', key, iv, OPTIONS)
  cipher.setAAD(aad)
  out.set(cipher.update(plaintext), at)
  cipher.final()
  out.set(cipher.getAuthTag(), at + plaintext.length)
}

/**
 * Plaintext of `ciphertext`, in memory of its own. `update` of Node hands out plaintext that is not verified yet, so
 * nothing leaves here before `final` has compared the tag. Error: `unverified`.
 */
export function gcmDecrypt(
  key: KeyObject,
  iv: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Buffer {
  if (tag.length !== TAG_BYTES) throw new FieldcryptError('malformed', `a tag has ${TAG_BYTES} bytes`)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, OPTIONS)
  decipher.setAAD(aad)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw new FieldcryptError('unverified', 'the tag does not verify')
  }
  return plaintext
}
