import { malformed } from './errors.ts'
import { sha256, sha256Into } from './sha256.ts'

/** Bytes of a hash. */
export const HASH_SIZE = 32

/** Root of the tree without entries (RFC 6962 section 2.1). */
export const EMPTY_ROOT = sha256(new Uint8Array(0))

// Hashing never waits, so that one place to put prefix and hashes together is enough.
const node = new Uint8Array(1 + 2 * HASH_SIZE)
node[0] = 1
let leaf = new Uint8Array(1)

/** Hash of an entry: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const hash = new Uint8Array(HASH_SIZE)
  leafHashInto(entry, hash, 0)
  return hash
}

/** {@link leafHash} into the 32 bytes of `out` from `at`. */
export function leafHashInto(entry: Uint8Array, out: Uint8Array, at: number): void {
  // Entries of a log are often as long as their predecessor.
  if (leaf.length !== entry.length + 1) leaf = new Uint8Array(entry.length + 1)
  leaf.set(entry, 1)
  sha256Into(leaf, out, at)
}

/**
 * Hash of an inner node: SHA-256(0x01 || left || right).
 *
 * @throws {TlogError} `malformed` where one of them has not 32 bytes
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_SIZE || right.length !== HASH_SIZE) throw malformed('a hash has 32 bytes')
  const hash = new Uint8Array(HASH_SIZE)
  nodeHashInto(left, 0, right, 0, hash, 0)
  return hash
}

/** {@link nodeHash} of hashes that begin at a place in some bytes, into `out`, which may be one of them. */
export function nodeHashInto(
  left: Uint8Array,
  leftAt: number,
  right: Uint8Array,
  rightAt: number,
  out: Uint8Array,
  at: number,
): void {
  for (let i = 0; i < HASH_SIZE; i++) {
    node[1 + i] = left[leftAt + i] as number
    node[1 + HASH_SIZE + i] = right[rightAt + i] as number
  }
  sha256Into(node, out, at)
}
