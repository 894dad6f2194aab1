import { isSize } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { EMPTY_ROOT, nodeHash } from './merkle.ts'
import { checkTile, TILE_WIDTH, type TileId, tilePath, widthAt } from './tile.ts'
import { TileTree } from './tile-tree.ts'

/** Brings a tile, from a folder or over the network. It may throw; what it brings is checked for its length. */
export type ReadTile = (id: TileId) => Promise<Uint8Array>

const TILE_HEIGHT = 8

/** A complete subtree: 2^height entries from index * 2^height. */
interface Node {
  readonly height: number
  readonly index: number
}

type HashOf = (node: Node) => Uint8Array

/**
 * Proof that entry `index` is in the tree of `size` (RFC 6962 section 2.1.1), made from its tiles.
 *
 * @throws {TlogError} `malformed` for an index outside the tree or a tile of wrong length; and what `readTile` throws
 */
export function inclusionProof(index: number, size: number, readTile: ReadTile | TileCache): Promise<Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size) throw malformed(`no entry ${index} in a tree of ${size}`)
  return withTiles(size, readTile, (hashOf) => inclusion(index, 0, size, hashOf))
}

/**
 * Proof that the tree of `oldSize` is the beginning of the tree of `newSize` (RFC 6962 section 2.1.2), made from tiles of
 * the new one.
 *
 * @throws {TlogError} `malformed` where the old size is larger; and what `readTile` throws
 */
export function consistencyProof(
  oldSize: number,
  newSize: number,
  readTile: ReadTile | TileCache,
): Promise<Uint8Array[]> {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize)
    throw malformed(`no growth from ${oldSize} to ${newSize}`)
  if (oldSize === 0 || oldSize === newSize) return Promise.resolve([])
  return withTiles(newSize, readTile, (hashOf) => consistency(oldSize, 0, newSize, true, hashOf))
}

/** Root of the first `size` entries, from tiles. */
export async function rootAt(size: number, readTile: ReadTile | TileCache): Promise<Uint8Array> {
  if (!isSize(size)) throw malformed(`no size of a tree: ${size}`)
  if (size === 0) return EMPTY_ROOT
  const [root] = await withTiles(size, readTile, (hashOf) => [range(0, size, hashOf)])
  return root as Uint8Array
}

/** The largest power of two below n. */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Hash over the entries from `start` to `end`; `start` is a multiple of the power of two that holds the range. */
function range(start: number, end: number, hashOf: HashOf): Uint8Array {
  const n = end - start
  const height = Math.log2(n)
  if (Number.isInteger(height)) return hashOf({ height, index: start / n })
  const k = split(n)
  return nodeHash(range(start, start + k, hashOf), range(start + k, end, hashOf))
}

function inclusion(index: number, start: number, end: number, hashOf: HashOf): Uint8Array[] {
  if (end - start === 1) return []
  const middle = start + split(end - start)
  return index < middle
    ? [...inclusion(index, start, middle, hashOf), range(middle, end, hashOf)]
    : [...inclusion(index, middle, end, hashOf), range(start, middle, hashOf)]
}

/** `whole`: the old tree's part of this range is the old tree itself, whose root the reader has. */
function consistency(old: number, start: number, end: number, whole: boolean, hashOf: HashOf): Uint8Array[] {
  if (old === end) return whole ? [] : [range(start, end, hashOf)]
  const middle = start + split(end - start)
  return old <= middle
    ? [...consistency(old, start, middle, whole, hashOf), range(middle, end, hashOf)]
    : [...consistency(old, middle, end, false, hashOf), range(start, middle, hashOf)]
}

/** Runs `work` twice: to learn which tiles it needs, which are then read side by side, and to hash. */
async function withTiles(
  size: number,
  source: ReadTile | TileCache,
  work: (hashOf: HashOf) => Uint8Array[],
): Promise<Uint8Array[]> {
  const cache = source instanceof TileCache ? source : new TileCache(source)
  const wanted = new Map<string, TileId>()
  work((node) => {
    const id = tileOf(node, size)
    wanted.set(tilePath(id), id)
    return EMPTY_ROOT
  })
  const trees = new Map<string, TileTree>()
  await Promise.all([...wanted].map(async ([path, id]) => trees.set(path, await cache.tree(id))))
  return work((node) => {
    const tree = trees.get(tilePath(tileOf(node, size)))
    if (tree === undefined) throw new TlogError('malformed', 'a tile is missing')
    const { inTile, first } = placeOf(node)
    return tree.node(inTile, (first % TILE_WIDTH) / 2 ** inTile)
  })
}

/** Where a node's hashes begin in the row of its tiles, and how high it stands above them. */
function placeOf({ height, index }: Node): { level: number; inTile: number; first: number } {
  const inTile = height % TILE_HEIGHT
  return { level: (height - inTile) / TILE_HEIGHT, inTile, first: index * 2 ** inTile }
}

function tileOf(node: Node, size: number): TileId {
  const { level, first } = placeOf(node)
  const index = Math.floor(first / TILE_WIDTH)
  return { level, index, width: widthAt(level, index, size) }
}

/** Keeps the tiles that were read last, with the nodes that were hashed in them. */
export class TileCache {
  readonly #read: ReadTile
  readonly #most: number
  readonly #trees = new Map<string, Promise<TileTree>>()

  /** @param most - tiles kept; one takes 16 KiB at the most */
  constructor(read: ReadTile, most = 1024) {
    this.#read = read
    this.#most = most
  }

  tree(id: TileId): Promise<TileTree> {
    const path = tilePath(id)
    const known = this.#trees.get(path)
    this.#trees.delete(path)
    const tree = known ?? this.#load(path, id)
    this.#trees.set(path, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > this.#most && oldest !== undefined) this.#trees.delete(oldest)
    return tree
  }

  #load(path: string, id: TileId): Promise<TileTree> {
    const tree = this.#read(id).then((bytes) => new TileTree(checkTile(bytes, id.width)))
    // What failed is asked for again next time.
    tree.catch(() => this.#trees.delete(path))
    return tree
  }
}
