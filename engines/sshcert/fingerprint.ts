import { hash } from 'node:crypto'
import { fromBase64, toBase64 } from './bytes.ts'
import { malformed } from './errors.ts'
import type { PublicKey } from './public-key.ts'

export const sha256 = (bytes: Uint8Array): Uint8Array => digest('sha256', bytes)
export const sha512 = (bytes: Uint8Array): Uint8Array => digest('sha512', bytes)
/** For fingerprints in revocation lists alone. */
export const sha1 = (bytes: Uint8Array): Uint8Array => digest('sha1', bytes)

/** `SHA256:` and base64 without padding, as `ssh-keygen -l` and sshd's log write it. Of a certificate: that of its key. */
export const fingerprint = (key: PublicKey): string => formatFingerprint(sha256(key.blob))

/** @param digest 32 bytes */
export const formatFingerprint = (digest: Uint8Array): string => `SHA256:${toBase64(digest).replace(/=+$/, '')}`

/**
 * The 32 bytes of `SHA256:…`.
 *
 * @throws {SshError} `malformed`
 */
export function parseFingerprint(text: string): Uint8Array {
  const digest = /^SHA256:[A-Za-z0-9+/]{43}$/.test(text) ? fromBase64(`${text.slice(7)}=`) : null
  if (digest === null) throw malformed('fingerprint: not SHA256: and 43 characters of base64')
  return digest
}

const digest = (algorithm: string, bytes: Uint8Array): Uint8Array => new Uint8Array(hash(algorithm, bytes, 'buffer'))
