import { isSize } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { EMPTY_ROOT, HASH_SIZE, leafHash, nodeHash } from './merkle.ts'
import { checkTile, decodeBundle, encodeBundle, MOST_ENTRY_BYTES, TILE_WIDTH, type TileId, widthAt } from './tile.ts'
import type { ReadTile } from './tile-reader.ts'

/** A file of the log, by the place of its tile. */
export interface TileFile {
  readonly id: TileId
  readonly bytes: Uint8Array
}

export interface Appended {
  /** Every tile and bundle that is new or wider than before, partial ones for the new size too. */
  readonly tiles: readonly TileFile[]
  readonly size: number
  readonly root: Uint8Array
}

/** A tile that is still growing. */
interface Edge {
  readonly bytes: Uint8Array
  width: number
}

/** The growing right edge of a tree (RFC 6962): all that must be known to append. Without I/O; each node is hashed once. */
export class Tree {
  #size: number
  readonly #edges: Edge[]
  #bundle: Uint8Array[]

  private constructor(size: number, edges: Edge[], bundle: Uint8Array[]) {
    this.#size = size
    this.#edges = edges
    this.#bundle = bundle
  }

  static empty(): Tree {
    return new Tree(0, [], [])
  }

  /** The tree of this size, from the partial tiles at its right edge. */
  static async load(size: number, readTile: ReadTile): Promise<Tree> {
    if (!isSize(size)) throw malformed(`no size of a tree: ${size}`)
    const edges: Edge[] = []
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const index = Math.floor(size / TILE_WIDTH ** (level + 1))
      const width = widthAt(level, index, size)
      const bytes = new Uint8Array(TILE_WIDTH * HASH_SIZE)
      if (width > 0) bytes.set(checkTile(await readTile({ level, index, width }), width))
      edges.push({ bytes, width })
    }
    const width = size % TILE_WIDTH
    const index = (size - width) / TILE_WIDTH
    const bundle = width === 0 ? [] : decodeBundle(await readTile({ level: 'entries', index, width }), width)
    return new Tree(size, edges, bundle)
  }

  get size(): number {
    return this.#size
  }

  /** Root of all entries. */
  get root(): Uint8Array {
    let root: Uint8Array | null = null
    for (const { bytes, width } of this.#edges) {
      // Complete subtrees of this edge from the right, the smallest first.
      for (let end = width, height = 1; end > 0; height *= 2) {
        if (Math.floor(width / height) % 2 === 0) continue
        const node = complete(bytes, end - height, height)
        root = root === null ? node : nodeHash(node, root)
        end -= height
      }
    }
    return root ?? EMPTY_ROOT
  }

  /**
   * Appends entries, in order. Nothing is changed where one cannot be.
   *
   * @throws {TlogError} `too_large` an entry is longer than 65,535 bytes
   */
  append(entries: readonly Uint8Array[]): Appended {
    for (const entry of entries) {
      if (entry.length > MOST_ENTRY_BYTES) throw new TlogError('too_large', `an entry of ${entry.length} bytes`)
    }
    const tiles: TileFile[] = []
    const grown = new Set<number>()
    for (const entry of entries) {
      this.#bundle.push(entry)
      this.#push(0, leafHash(entry), tiles, grown)
      this.#size += 1
      if (this.#bundle.length === TILE_WIDTH) this.#bundle = this.#close(tiles)
    }
    if (entries.length > 0 && this.#bundle.length > 0) {
      const id: TileId = { level: 'entries', index: this.#index(0), width: this.#bundle.length }
      tiles.push({ id, bytes: encodeBundle(this.#bundle) })
    }
    for (const [level, { bytes, width }] of this.#edges.entries()) {
      if (width === 0 || !grown.has(level)) continue
      tiles.push({ id: { level, index: this.#index(level), width }, bytes: bytes.slice(0, width * HASH_SIZE) })
    }
    return { tiles, size: this.#size, root: this.root }
  }

  #push(level: number, hash: Uint8Array, tiles: TileFile[], grown: Set<number>): void {
    const edge = this.#edges[level] ?? { bytes: new Uint8Array(TILE_WIDTH * HASH_SIZE), width: 0 }
    this.#edges[level] = edge
    edge.bytes.set(hash, edge.width * HASH_SIZE)
    edge.width += 1
    grown.add(level)
    if (edge.width < TILE_WIDTH) return
    // The size counts the entry only after this: the tile that became full has the index of the size before.
    const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1))
    tiles.push({ id: { level, index, width: TILE_WIDTH }, bytes: edge.bytes.slice() })
    edge.width = 0
    this.#push(level + 1, complete(edge.bytes, 0, TILE_WIDTH), tiles, grown)
  }

  #close(tiles: TileFile[]): Uint8Array[] {
    const id: TileId = { level: 'entries', index: this.#index(0) - 1, width: TILE_WIDTH }
    tiles.push({ id, bytes: encodeBundle(this.#bundle) })
    return []
  }

  /** Index of the growing tile of a level. */
  #index(level: number): number {
    return Math.floor(this.#size / TILE_WIDTH ** (level + 1))
  }
}

/** Node over `count` hashes, a power of two, from the one at `first`. */
function complete(hashes: Uint8Array, first: number, count: number): Uint8Array {
  if (count === 1) return hashes.slice(first * HASH_SIZE, (first + 1) * HASH_SIZE)
  const half = count / 2
  if (half === 1) {
    const at = first * HASH_SIZE
    return nodeHash(hashes.subarray(at, at + HASH_SIZE), hashes.subarray(at + HASH_SIZE, at + 2 * HASH_SIZE))
  }
  return nodeHash(complete(hashes, first, half), complete(hashes, first + half, half))
}
