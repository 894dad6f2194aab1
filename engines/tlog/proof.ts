import { equal, isSize } from './bytes.ts'
import { EMPTY_ROOT, HASH_SIZE, nodeHash } from './merkle.ts'

/** A proof has at most as many hashes as a tree of 2^63 entries is high (C2SP tlog-witness). */
export const MOST_HASHES = 63

const half = (n: number): number => Math.floor(n / 2)
const odd = (n: number): boolean => n % 2 === 1
const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_SIZE
const areHashes = (proof: readonly Uint8Array[]): boolean => proof.length <= MOST_HASHES && proof.every(isHash)

/**
 * The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2), or null where it has too many or too few hashes.
 *
 * @param leaf - hash of the entry, 32 bytes
 */
export function rootFromInclusion(input: {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly proof: readonly Uint8Array[]
}): Uint8Array | null {
  const { leaf, index, size, proof } = input
  if (!isSize(index) || !isSize(size) || index >= size || !isHash(leaf) || !areHashes(proof)) return null
  let [fn, sn, root] = [index, size - 1, leaf]
  for (const hash of proof) {
    if (sn === 0) return null
    if (odd(fn) || fn === sn) {
      root = nodeHash(hash, root)
      while (fn !== 0 && !odd(fn)) [fn, sn] = [half(fn), half(sn)]
    } else root = nodeHash(root, hash)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 ? root : null
}

/** Whether the entry with this hash is at `index` in the tree with this size and root (RFC 6962 section 2.1.1). */
export function verifyInclusion(input: {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}): boolean {
  const root = rootFromInclusion(input)
  return root !== null && equal(root, input.root)
}

/**
 * Whether the tree with the new size and root holds the old one's entries unchanged at its beginning (RFC 6962 section
 * 2.1.2, RFC 9162 section 2.1.4.2). From an empty tree every tree grows: then the proof is empty.
 */
export function verifyConsistency(input: {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly newSize: number
  readonly newRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = input
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false
  if (!isHash(oldRoot) || !isHash(newRoot) || !areHashes(proof)) return false
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot)
  if (oldSize === 0) return proof.length === 0 && equal(oldRoot, EMPTY_ROOT)
  let [fn, sn] = [oldSize - 1, newSize - 1]
  while (odd(fn)) [fn, sn] = [half(fn), half(sn)]
  // Where the old tree is complete its root is the first node itself, and is not repeated in the proof.
  const [first, ...rest] = fn === 0 ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let [oldSide, newSide] = [first, first]
  for (const hash of rest) {
    if (sn === 0) return false
    if (odd(fn) || fn === sn) {
      oldSide = nodeHash(hash, oldSide)
      newSide = nodeHash(hash, newSide)
      while (fn !== 0 && !odd(fn)) [fn, sn] = [half(fn), half(sn)]
    } else newSide = nodeHash(newSide, hash)
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sn === 0 && equal(oldSide, oldRoot) && equal(newSide, newRoot)
}
