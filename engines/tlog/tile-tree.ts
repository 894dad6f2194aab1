import { HASH_SIZE, nodeHashInto } from './merkle.ts'
import { TILE_WIDTH } from './tile.ts'

const HEIGHT = 8

/** The subtree over a tile's hashes, hashed as far as somebody asked, and each node once. At the most 16 KiB. */
export class TileTree {
  readonly #hashes: Uint8Array
  /** Heap order: the root at 1, the children of n at 2n and 2n + 1. */
  #inner: Uint8Array | null = null
  #known: Uint8Array | null = null

  /** @param hashes - a tile of 1 to 256 hashes */
  constructor(hashes: Uint8Array) {
    this.#hashes = hashes
  }

  /**
   * The node over 2^height hashes of the tile, 32 bytes of its own. They must all be in the tile.
   *
   * @param height - 0 to 8
   * @param index - which of its height, from the left
   */
  node(height: number, index: number): Uint8Array {
    const [bytes, at] = this.#place(height, index)
    return bytes.slice(at, at + HASH_SIZE)
  }

  #place(height: number, index: number): readonly [Uint8Array, number] {
    if (height === 0) return [this.#hashes, index * HASH_SIZE]
    this.#inner ??= new Uint8Array(TILE_WIDTH * HASH_SIZE)
    this.#known ??= new Uint8Array(TILE_WIDTH)
    const heap = (1 << (HEIGHT - height)) + index
    if (this.#known[heap] === 0) {
      const [left, leftAt] = this.#place(height - 1, index * 2)
      const [right, rightAt] = this.#place(height - 1, index * 2 + 1)
      nodeHashInto(left, leftAt, right, rightAt, this.#inner, heap * HASH_SIZE)
      this.#known[heap] = 1
    }
    return [this.#inner, heap * HASH_SIZE]
  }
}
