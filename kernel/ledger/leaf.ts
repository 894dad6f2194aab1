import { hash } from 'node:crypto'

/** An entry as it is stored, or, where only the log still has it, its leaf. */
export interface StoredEntry {
  readonly at: Date
  readonly kind: string
  /** Canonical JSON; null where the database lost it. */
  readonly body: string | null
  /** 32 random bytes of this entry alone; null where the database lost it. */
  readonly salt: Uint8Array | null
  /** The leaf itself where body and salt are lost. */
  readonly leaf: Uint8Array | null
}

/** The kind of entry whose body is published with it. Every other body stays with us, the log holds a commitment. */
export const PUBLIC_KIND = 'statement'

const encoder = new TextEncoder()

/**
 * The bytes of an entry in the transparency log: canonical JSON (RFC 8785). The body of a statement is in it; of any other
 * kind it holds `commitment`, HMAC-SHA256 of the body under the entry's salt, which tells nothing without the salt and can
 * be opened for one entry without opening another.
 */
export function leafOf(entry: StoredEntry): Uint8Array {
  if (entry.leaf !== null) return entry.leaf
  if (entry.body === null || entry.salt === null) throw new Error('an entry has a body and a salt, or a leaf')
  const middle =
    entry.kind === PUBLIC_KIND ? `"body":${entry.body}` : `"commitment":"${hmacSha256(entry.salt, entry.body)}"`
  return encoder.encode(`{"at":"${entry.at.toISOString()}",${middle},"kind":"${entry.kind}"}`)
}

const BLOCK = 64

/**
 * HMAC-SHA256 (RFC 2104) by two one-shot hashes, hexadecimal: Node makes a key object for every HMAC, which takes most of its
 * time, and a log makes one per entry.
 *
 * @param key - at most 64 bytes
 */
function hmacSha256(key: Uint8Array, text: string): string {
  const inner = Buffer.allocUnsafe(BLOCK + Buffer.byteLength(text)).fill(0x36, 0, BLOCK)
  const outer = Buffer.allocUnsafe(BLOCK + 32).fill(0x5c, 0, BLOCK)
  for (const [i, byte] of key.entries()) {
    inner[i] = 0x36 ^ byte
    outer[i] = 0x5c ^ byte
  }
  inner.write(text, BLOCK)
  outer.write(hash('sha256', inner, 'binary'), BLOCK, 'latin1')
  return hash('sha256', outer, 'hex')
}
