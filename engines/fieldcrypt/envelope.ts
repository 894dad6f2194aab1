import { FieldcryptError, invalid } from './errors.ts'
import { TAG_BYTES } from './gcm.ts'
import { NONCE_BYTES } from './xaes.ts'

/** First byte of every envelope. 0xBF starts no UTF-8 text, so a clear text never looks like an envelope. */
export const MAGIC = 0xbf
export const VERSION = 1
/** XAES-256-GCM with the associated data of `associated-data.ts`. */
export const XAES_256_GCM = 1
/** Magic, version, algorithm, key id (32 bits, big-endian). All of it is authenticated. */
export const HEADER_BYTES = 7
export const CIPHERTEXT_AT = HEADER_BYTES + NONCE_BYTES
/** What an envelope adds to its plaintext: 47 bytes. */
export const OVERHEAD = CIPHERTEXT_AT + TAG_BYTES
/** Bytes of one plaintext: a field, not a file. */
export const MAX_PLAINTEXT = 2 ** 26
export const MAX_KEY_ID = 2 ** 32 - 1

/** Views into the bytes of an envelope. */
export interface Envelope {
  readonly keyId: number
  readonly header: Uint8Array
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/**
 * Takes an envelope apart, without keys. Whether it is authentic is not said here.
 * Errors: `malformed`; `unsupported` for another version or algorithm; `too_large`.
 */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  const keyId = keyIdOf(bytes)
  const end = bytes.length - TAG_BYTES
  return {
    keyId,
    header: bytes.subarray(0, HEADER_BYTES),
    nonce: bytes.subarray(HEADER_BYTES, CIPHERTEXT_AT),
    ciphertext: bytes.subarray(CIPHERTEXT_AT, end),
    tag: bytes.subarray(end),
  }
}

/** The key id in an envelope, for whoever counts or sorts values by key. Errors as of `parseEnvelope`. */
export function keyIdOf(bytes: Uint8Array): number {
  if (!(bytes instanceof Uint8Array)) throw new FieldcryptError('malformed', 'an envelope is bytes')
  if (bytes[0] !== MAGIC) throw new FieldcryptError('malformed', 'not an envelope: another first byte')
  if (bytes[1] !== VERSION) throw new FieldcryptError('unsupported', 'an envelope of an unknown version')
  if (bytes[2] !== XAES_256_GCM) throw new FieldcryptError('unsupported', 'an envelope of an unknown algorithm')
  if (bytes.length < OVERHEAD) throw new FieldcryptError('malformed', 'an envelope cut short')
  if (bytes.length > OVERHEAD + MAX_PLAINTEXT) throw new FieldcryptError('too_large', 'an envelope beyond the limit')
  const keyId = (((bytes[3] ?? 0) << 24) | ((bytes[4] ?? 0) << 16) | ((bytes[5] ?? 0) << 8) | (bytes[6] ?? 0)) >>> 0
  if (keyId === 0) throw new FieldcryptError('malformed', 'an envelope with key id 0')
  return keyId
}

/** The header of every envelope under a key. */
export function headerFor(keyId: number): Uint8Array {
  checkKeyId(keyId)
  return Uint8Array.of(MAGIC, VERSION, XAES_256_GCM, keyId >>> 24, keyId >>> 16, keyId >>> 8, keyId)
}

export function checkKeyId(keyId: number): void {
  if (!Number.isInteger(keyId) || keyId < 1 || keyId > MAX_KEY_ID)
    throw invalid('a key id is an integer of 1 to 2^32 - 1')
}
