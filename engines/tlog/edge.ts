import { HASH_SIZE, nodeHash, nodeHashInto } from './merkle.ts'
import { TILE_WIDTH } from './tile.ts'

const HEIGHT = 8

/** The tile of one level that is still growing, with the roots of the complete subtrees in it. Every node is hashed once. */
export class Edge {
  readonly #hashes = new Uint8Array(TILE_WIDTH * HASH_SIZE)
  /** At each height above 0 the newest complete node. It counts where the width has that bit, like the digits of a counter. */
  readonly #nodes = new Uint8Array((HEIGHT + 1) * HASH_SIZE)
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
    const at = this.#width * HASH_SIZE
    const nodes = this.#nodes
    this.#width += 1
    // As in counting, a pair at one height makes a node of the next, which may make the second of a pair there.
    let height = 0
    for (let left = this.#width; left % 2 === 0; left /= 2) {
      if (height === 0) nodeHashInto(this.#hashes, at - HASH_SIZE, this.#hashes, at, carry, 0)
      else nodeHashInto(nodes, height * HASH_SIZE, carry, 0, carry, 0)
      height += 1
      if (height === HEIGHT) return carry.slice()
    }
    if (height > 0) nodes.set(carry, height * HASH_SIZE)
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
      const node = this.#node(height)
      root = root === null ? node : nodeHash(node, root)
    }
    return root
  }

  /** The newest complete node of a height. */
  #node(height: number): Uint8Array {
    if (height === 0) return this.#hashes.slice((this.#width - 1) * HASH_SIZE, this.#width * HASH_SIZE)
    return this.#nodes.slice(height * HASH_SIZE, (height + 1) * HASH_SIZE)
  }
}

// Never kept between calls: what it held is in its place before another edge uses it.
const carry = new Uint8Array(HASH_SIZE)
