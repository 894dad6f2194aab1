import { createHash } from 'node:crypto'

/** What can be said of a public key. */
export interface PublicKey {
  /** The name inside the key, for example `ssh-ed25519`. */
  readonly keyType: string
  /** Length as `ssh-keygen -l` prints it. */
  readonly bits: number
  /** `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
}

/**
 * Reads a public key in its wire format.
 *
 * Source: RFC 4253 section 6.6 (RSA, DSA), RFC 5656 section 3.1 (ECDSA), RFC 8709 section 4 (Ed25519), PROTOCOL.u2f of
 * OpenSSH (security keys).
 *
 * @param base64 - the field of an authorized_keys line
 * @returns null for anything that is not exactly one key of a kind that sshd accepts there; certificates are not
 */
export function publicKey(base64: string): PublicKey | null {
  const compact = base64.replaceAll('\r', '')
  if (compact === '' || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null
  const blob = Buffer.from(compact, 'base64')
  const parts = strings(blob)
  const keyType = parts?.[0]?.toString('latin1') ?? ''
  const bits = parts === null ? null : bitsOf(keyType, parts.slice(1))
  if (bits === null) return null
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return { keyType, bits, fingerprint: `SHA256:${digest}` }
}

const CURVES: Readonly<Record<string, readonly [curve: string, bits: number, bytes: number]>> = {
  'ecdsa-sha2-nistp256': ['nistp256', 256, 32],
  'ecdsa-sha2-nistp384': ['nistp384', 384, 48],
  'ecdsa-sha2-nistp521': ['nistp521', 521, 66],
  'sk-ecdsa-sha2-nistp256@openssh.com': ['nistp256', 256, 32],
}

function bitsOf(keyType: string, parts: readonly Buffer[]): number | null {
  const [first, second] = parts
  switch (keyType) {
    case 'ssh-rsa':
      return parts.length === 2 ? bitLength(second) : null
    case 'ssh-dss':
      return parts.length === 4 ? bitLength(first) : null
    case 'ssh-ed25519':
      return parts.length === 1 && first?.length === 32 ? 256 : null
    case 'sk-ssh-ed25519@openssh.com':
      return parts.length === 2 && first?.length === 32 ? 256 : null
    default: {
      const [curve, bits, bytes] = Object.hasOwn(CURVES, keyType) ? (CURVES[keyType] ?? []) : []
      if (curve === undefined || bits === undefined || bytes === undefined) return null
      const fits = first?.toString('latin1') === curve && second?.[0] === 4 && second.length === 1 + 2 * bytes
      return fits && parts.length === (keyType.startsWith('sk-') ? 3 : 2) ? bits : null
    }
  }
}

/** The number of bits of an unsigned mpint (RFC 4251 section 5), or null for zero and negative numbers. */
function bitLength(mpint: Buffer | undefined): number | null {
  const start = mpint?.findIndex((byte) => byte !== 0) ?? -1
  if (mpint === undefined || start === -1 || (mpint[0] ?? 0) >= 0x80) return null
  return (mpint.length - start) * 8 - (Math.clz32(mpint[start] ?? 0) - 24)
}

/** The length-prefixed strings of a key, or null where they do not fill it exactly. */
function strings(blob: Buffer): Buffer[] | null {
  const found: Buffer[] = []
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length || found.length > 8) return null
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return null
    found.push(blob.subarray(at + 4, end))
    at = end
  }
  return found
}
