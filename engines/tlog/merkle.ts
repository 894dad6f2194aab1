import { sha256 } from './sha256.ts'

/** Bytes of a hash. */
export const HASH_SIZE = 32

/** Root of the tree without entries (RFC 6962 section 2.1). */
export const EMPTY_ROOT = sha256(new Uint8Array(0))

const node = new Uint8Array(1 + 2 * HASH_SIZE)
node[0] = 1

/** Hash of an entry: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const leaf = new Uint8Array(1 + entry.length)
  leaf.set(entry, 1)
  return sha256(leaf)
}

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1)
  node.set(right, 1 + HASH_SIZE)
  return sha256(node)
}
