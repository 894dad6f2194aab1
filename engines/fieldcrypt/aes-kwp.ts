import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { FieldcryptError, invalid } from './errors.ts'

/** The alternative initial value, RFC 5649 section 3. */
const AIV = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6)
const SEMIBLOCK = 8
/** Bytes to be wrapped: keys are short. RFC 5649 allows 2^32 - 1. */
const MAX_SECRET = 4096

const ciphers: Readonly<Record<number, string>> = {
  16: 'id-aes128-wrap-pad',
  24: 'id-aes192-wrap-pad',
  32: 'id-aes256-wrap-pad',
}

/**
 * AES key wrap with padding (RFC 5649, NIST SP 800-38F section 6.3), the form that tokens and key services speak. For providers: it takes
 * no associated data, so the engine's check value is what ties the key to its scope.
 */
export function wrapKey(kek: KeyObject, secret: Uint8Array): Buffer {
  if (secret.length === 0 || secret.length > MAX_SECRET)
    throw invalid(`a key to be wrapped has 1 to ${MAX_SECRET} bytes`)
  const cipher = createCipheriv(cipherFor(kek), kek, AIV)
  return Buffer.concat([cipher.update(secret), cipher.final()])
}

/** What was wrapped. Error: `unwrap_failed`. */
export function unwrapKey(kek: KeyObject, wrapped: Uint8Array): Buffer {
  const name = cipherFor(kek)
  const fits = wrapped.length >= 2 * SEMIBLOCK && wrapped.length % SEMIBLOCK === 0
  if (!fits || wrapped.length > MAX_SECRET + 2 * SEMIBLOCK)
    throw new FieldcryptError('unwrap_failed', 'wrapped bytes of a length that no wrapped key has')
  try {
    const decipher = createDecipheriv(name, kek, AIV)
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  } catch {
    throw new FieldcryptError('unwrap_failed', 'a wrapped key does not open')
  }
}

function cipherFor(kek: KeyObject): string {
  const name = ciphers[kek.symmetricKeySize ?? 0]
  if (name === undefined) throw invalid('a key-encryption key has 16, 24 or 32 bytes')
  return name
}
