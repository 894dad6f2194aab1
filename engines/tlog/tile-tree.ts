import { HASH_SIZE, nodeHash } from './merkle.ts'

/** The subtree below a tile's hashes, hashed as far as somebody asked, and each node once. */
export class TileTree {
  readonly #bytes: Uint8Array
  readonly #inner: (Uint8Array | undefined)[] = []

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /**
   * The node over 2^height hashes of the tile.
   *
   * @param height - 0 to 8
   * @param index - which of its height, from the left
   */
  node(height: number, index: number): Uint8Array {
    if (height === 0) return this.#bytes.subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE)
    // Heap order: the root at 1, the children of n at 2n and 2n + 1.
    const place = 2 ** (8 - height) + index
    const known = this.#inner[place]
    if (known !== undefined) return known
    const made = nodeHash(this.node(height - 1, index * 2), this.node(height - 1, index * 2 + 1))
    this.#inner[place] = made
    return made
  }
}
