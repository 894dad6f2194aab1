import { latin1 } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import { sha1, sha256 } from './fingerprint.ts'
import type { PublicKey } from './public-key.ts'
import { inRanges, type SerialRanges } from './serial-ranges.ts'

/** A key revocation list, read (PROTOCOL.krl). Keys and hashes are found by their bytes, one character for each. */
export interface RevocationList {
  /** Rises with each change; see `checkSuccessor`. */
  readonly version: bigint
  /** Unix time in seconds. */
  readonly generated: bigint
  readonly comment: string
  /** By the wire form of the authority's key; the empty one is for all authorities. */
  readonly certificates: ReadonlyMap<string, RevokedCertificates>
  readonly keys: ReadonlySet<string>
  readonly sha1: ReadonlySet<string>
  readonly sha256: ReadonlySet<string>
}

/** Certificates of one authority, or of all. */
export interface RevokedCertificates {
  readonly serials: SerialRanges
  readonly keyIds: ReadonlySet<string>
}

export type Revocation = 'key' | 'SHA1 fingerprint' | 'SHA256 fingerprint' | 'key id' | 'serial' | 'authority'

/**
 * What revokes a key or a certificate; null where nothing does. As sshd looks: the key itself; for a certificate its key id and
 * serial under its authority and under all; and its authority as a key. Serial 0 is no serial.
 */
export function isRevoked(list: RevocationList, subject: PublicKey | Certificate): Revocation | null {
  if (!('authority' in subject)) return keyRevocation(list, subject)
  const { authority, keyId, serial } = subject
  const own = keyRevocation(list, subject.subject)
  if (own !== null) return own
  for (const issuer of [latin1(authority.blob), '']) {
    const revoked = list.certificates.get(issuer)
    if (revoked === undefined) continue
    if (revoked.keyIds.has(keyId)) return 'key id'
    if (serial !== 0n && inRanges(revoked.serials, serial)) return 'serial'
  }
  return keyRevocation(list, authority) === null ? null : 'authority'
}

function keyRevocation(list: RevocationList, { blob }: PublicKey): Revocation | null {
  if (list.keys.size > 0 && list.keys.has(latin1(blob))) return 'key'
  if (list.sha256.size > 0 && list.sha256.has(latin1(sha256(blob)))) return 'SHA256 fingerprint'
  if (list.sha1.size > 0 && list.sha1.has(latin1(sha1(blob)))) return 'SHA1 fingerprint'
  return null
}
