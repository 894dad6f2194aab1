import { isSize } from './bytes.ts'
import { consistencyCovers, inclusionCovers, type Node, nodesOf } from './cover.ts'
import { malformed } from './errors.ts'
import { EMPTY_ROOT, nodeHash } from './merkle.ts'
import { checkTile, TILE_WIDTH, type TileId, widthAt } from './tile.ts'
import { TileTree } from './tile-tree.ts'

/** Brings a tile, from a folder or over the network. It may throw; what it brings is checked for its length. */
export type ReadTile = (id: TileId) => Promise<Uint8Array>

const TILE_HEIGHT = 8

/**
 * Proof that entry `index` is in the tree of `size` (RFC 6962 section 2.1.1), made from its tiles.
 *
 * @throws {TlogError} `malformed` for an index outside the tree or a tile of wrong length; and what `readTile` throws
 */
export async function inclusionProof(
  index: number,
  size: number,
  readTile: ReadTile | TileCache,
): Promise<Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size) throw malformed(`no entry ${index} in a tree of ${size}`)
  return hashesOf(inclusionCovers(index, size), size, readTile)
}

/**
 * Proof that the tree of `oldSize` is the beginning of the tree of `newSize` (RFC 6962 section 2.1.2), made from tiles of
 * the new one. Empty where the old size is 0 or the new one.
 *
 * @throws {TlogError} `malformed` where the old size is larger or a tile has a wrong length; and what `readTile` throws
 */
export async function consistencyProof(
  oldSize: number,
  newSize: number,
  readTile: ReadTile | TileCache,
): Promise<Uint8Array[]> {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize)
    throw malformed(`no growth from ${oldSize} to ${newSize}`)
  if (oldSize === 0 || oldSize === newSize) return []
  return hashesOf(consistencyCovers(oldSize, newSize), newSize, readTile)
}

/**
 * Root of the first `size` entries, from the tiles of a tree of that size.
 *
 * @throws {TlogError} `malformed`; and what `readTile` throws
 */
export async function rootAt(size: number, readTile: ReadTile | TileCache): Promise<Uint8Array> {
  if (!isSize(size)) throw malformed(`no size of a tree: ${size}`)
  const [root] = size === 0 ? [] : await hashesOf([nodesOf(0, size)], size, readTile)
  return root ?? EMPTY_ROOT.slice()
}

/** For each list of complete subtrees side by side, the hash over all of them. */
async function hashesOf(
  covers: readonly (readonly Node[])[],
  size: number,
  source: ReadTile | TileCache,
): Promise<Uint8Array[]> {
  const cache = source instanceof TileCache ? source : new TileCache(source)
  const trees = new Map<string, Promise<TileTree>>()
  const hashes = covers.map((nodes) =>
    Promise.all(
      nodes.map(async (node) => {
        const { id, height, index } = placeOf(node, size)
        const key = keyOf(id)
        const tree = trees.get(key) ?? cache.tree(id)
        trees.set(key, tree)
        return (await tree).node(height, index)
      }),
    ),
  )
  return (await Promise.all(hashes)).map((nodes) => nodes.reduceRight((right, left) => nodeHash(left, right)))
}

/** The tile of a node, and where the node stands in it. */
function placeOf(node: Node, size: number): { id: TileId; height: number; index: number } {
  const height = node.height % TILE_HEIGHT
  const level = (node.height - height) / TILE_HEIGHT
  const wide = TILE_WIDTH / 2 ** height
  const index = Math.floor(node.index / wide)
  return { id: { level, index, width: widthAt(level, index, size) }, height, index: node.index % wide }
}

const keyOf = (id: TileId): string => `${id.level}/${id.index}/${id.width}`

/** Keeps the tiles that were read last, with the nodes that were hashed in them: the upper ones are in every proof. */
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
    const key = keyOf(id)
    const known = this.#trees.get(key)
    const tree = known ?? this.#load(key, id)
    if (known !== undefined) this.#trees.delete(key)
    this.#trees.set(key, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > this.#most && oldest !== undefined) this.#trees.delete(oldest)
    return tree
  }

  #load(key: string, id: TileId): Promise<TileTree> {
    const tree = this.#read(id).then((bytes) => new TileTree(checkTile(bytes, id.width)))
    // What failed is asked for again next time.
    tree.catch(() => {
      if (this.#trees.get(key) === tree) this.#trees.delete(key)
    })
    return tree
  }
}
