import { isSize } from './bytes.ts'
import { Edge } from './edge.ts'
import { malformed, TlogError } from './errors.ts'
import { EMPTY_ROOT, HASH_SIZE, leafHashInto } from './merkle.ts'
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

  /**
   * The tree of this size, from the partial tiles at its right edge. Compare its root with the checkpoint's: that a tile is
   * whole is checked here, that it is the right one is not.
   *
   * @throws {TlogError} `malformed`; and what `readTile` throws
   */
  static async load(size: number, readTile: ReadTile): Promise<Tree> {
    if (!isSize(size)) throw malformed(`no size of a tree: ${size}`)
    const levels: number[] = []
    for (let level = 0; TILE_WIDTH ** level <= size; level++) levels.push(level)
    const edges = await Promise.all(
      levels.map(async (level) => {
        const index = Math.floor(size / TILE_WIDTH ** (level + 1))
        const width = widthAt(level, index, size)
        return edgeOf(width === 0 ? new Uint8Array(0) : checkTile(await readTile({ level, index, width }), width))
      }),
    )
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
    for (const edge of this.#edges) root = edge.root(root)
    return root ?? EMPTY_ROOT.slice()
  }

  /**
   * Appends entries, in order. Nothing is changed where one cannot be. The bytes of the entries must stay as they are: the
   * last of them are needed again for the bundle that grows.
   *
   * @throws {TlogError} `too_large` an entry is longer than 65,535 bytes
   */
  append(entries: readonly Uint8Array[]): Appended {
    for (const entry of entries) {
      if (entry.length > MOST_ENTRY_BYTES) throw new TlogError('too_large', `an entry of ${entry.length} bytes`)
    }
    if (!isSize(this.#size + entries.length)) throw new TlogError('too_large', 'the tree')
    const tiles: TileFile[] = []
    const before = this.#size
    for (const entry of entries) {
      const edge = this.#edge(0)
      const { into, at } = edge.next
      leafHashInto(entry, into, at)
      this.#bundle.push(entry)
      this.#size += 1
      this.#grown(0, edge, tiles)
      if (this.#bundle.length < TILE_WIDTH) continue
      tiles.push({ id: { ...this.#last('entries', 0), width: TILE_WIDTH }, bytes: encodeBundle(this.#bundle) })
      this.#bundle = []
    }
    if (this.#size > before) this.#partial(before, tiles)
    return { tiles, size: this.#size, root: this.root }
  }

  #edge(level: number): Edge {
    const edge = this.#edges[level] ?? new Edge()
    this.#edges[level] = edge
    return edge
  }

  /** An edge took a hash: where its tile is full, it is done and its own hash goes one level up. */
  #grown(level: number, edge: Edge, tiles: TileFile[]): void {
    const hash = edge.grow()
    if (hash === null) return
    tiles.push({ id: { ...this.#last(level, level), width: TILE_WIDTH }, bytes: edge.tile() })
    edge.clear()
    const above = this.#edge(level + 1)
    const { into, at } = above.next
    into.set(hash, at)
    this.#grown(level + 1, above, tiles)
  }

  /** The partial tiles of this size that a tree of the size before did not have. */
  #partial(before: number, tiles: TileFile[]): void {
    if (this.#bundle.length > 0) {
      const index = Math.floor(this.#size / TILE_WIDTH)
      tiles.push({ id: { level: 'entries', index, width: this.#bundle.length }, bytes: encodeBundle(this.#bundle) })
    }
    for (const [level, edge] of this.#edges.entries()) {
      const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1))
      const grown = Math.floor(before / TILE_WIDTH ** level) < Math.floor(this.#size / TILE_WIDTH ** level)
      if (grown && edge.width > 0) tiles.push({ id: { level, index, width: edge.width }, bytes: edge.tile() })
    }
  }

  /** The place of the tile that the newest entry filled. */
  #last(level: number | 'entries', height: number): { level: number | 'entries'; index: number } {
    return { level, index: Math.floor((this.#size - 1) / TILE_WIDTH ** (height + 1)) }
  }
}

/** The edge that has these hashes. */
function edgeOf(hashes: Uint8Array): Edge {
  const edge = new Edge()
  for (let from = 0; from < hashes.length; from += HASH_SIZE) {
    const { into, at } = edge.next
    into.set(hashes.subarray(from, from + HASH_SIZE), at)
    edge.grow()
  }
  return edge
}
