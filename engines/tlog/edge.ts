import { HASH_SIZE, nodeHash, nodeHashInto } from './merkle.ts'
import { TILE_WIDTH } from './tile.ts'

const HEIGHT = 8

/** The tile of one level that is still growing, with the roots of the complete subtrees in it. Every node is hashed once. */
export class Edge {
  readonly #hashes = new Uint8Array(TILE_WIDTH * HASH_SIZE)
  /** At each height the newest complete node; it counts where the width has that bit, like the digits of a counter. */
  readonly #nodes = new Uint8Array(HEIGHT * HASH_SIZE)
  readonly #carry = new Uint8Array(HASH_SIZE)
  #width = 0

  get width(): number {
    return this.#width
  }

  /** The tile so far. */
  tile(): Uint8Array {
    return this.#hashes.slice(0, this.#width * HASH_SIZE)
  }

  /** Where the next hash goes: write it to `into` at `at`, then call {@link grow}. */
  get next(): { readonly into: Uint8Array; readonly at: number } {
    return { into: this.#hashes, at: this.#width * HASH_SIZE }
  }

  /** Takes the hash that was written to {@link next}. Returns the tile's own hash where it is full now. */
  grow(): Uint8Array | null {
    const carry = this.#carry
    const at = this.#width * HASH_SIZE
    for (let i = 0; i < HASH_SIZE; i++) carry[i] = this.#hashes[at + i] as number
    let height = 0
    for (let left = this.#width; left % 2 === 1; left = (left - 1) / 2) {
      nodeHashInto(this.#nodes, height * HASH_SIZE, carry, 0, carry, 0)
      height += 1
    }
    this.#width += 1
    if (height === HEIGHT) return carry
    this.#nodes.set(carry, height * HASH_SIZE)
    return null
  }

  /** Begins the next tile. */
  clear(): void {
    this.#width = 0
  }

  /** The hash over this edge and, on its right, what the edges below it come to. */
  root(right: Uint8Array | null): Uint8Array | null {
    let root = right
    for (let height = 0; height < HEIGHT; height++) {
      if (((this.#width >> height) & 1) === 0) continue
      const node = this.#nodes.slice(height * HASH_SIZE, (height + 1) * HASH_SIZE)
      root = root === null ? node : nodeHash(node, root)
    }
    return root
  }
}
