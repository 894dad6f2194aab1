import { Tree } from '../../engines/tlog/append.ts'
import { tilePath } from '../../engines/tlog/tile.ts'
import { consistencyProof } from '../../engines/tlog/tile-reader.ts'
import type { Growth } from '../growth.ts'

/** A log in memory that can prove its growth, and be forked. */
export class GrowingTree {
  readonly #tiles: Map<string, Uint8Array>
  readonly #tree: Tree
  readonly #roots: Map<number, Uint8Array>

  private constructor(tree: Tree, tiles: Map<string, Uint8Array>, roots: Map<number, Uint8Array>) {
    this.#tree = tree
    this.#tiles = tiles
    this.#roots = roots
  }

  static empty(): GrowingTree {
    const tree = Tree.empty()
    return new GrowingTree(tree, new Map(), new Map([[0, tree.root]]))
  }

  get size(): number {
    return this.#tree.size
  }

  get root(): Uint8Array {
    return this.#tree.root
  }

  rootAt(size: number): Uint8Array | undefined {
    return this.#roots.get(size)
  }

  append(...entries: readonly string[]): this {
    const { tiles, size, root } = this.#tree.append(entries.map((entry) => Buffer.from(entry)))
    for (const { id, bytes } of tiles) this.#tiles.set(tilePath(id), bytes)
    this.#roots.set(size, root)
    return this
  }

  /** The same log up to here; what is appended then is its own. */
  async fork(): Promise<GrowingTree> {
    const tiles = new Map(this.#tiles)
    return new GrowingTree(await Tree.load(this.size, readFrom(tiles)), tiles, new Map(this.#roots))
  }

  /** Growth from an earlier size of this log to the present one. */
  async growthFrom(oldSize: number): Promise<Growth> {
    const consistency =
      oldSize === 0 || oldSize >= this.size ? [] : await consistencyProof(oldSize, this.size, readFrom(this.#tiles))
    return { oldSize, newSize: this.size, newRoot: this.root, consistency }
  }
}

const readFrom = (tiles: ReadonlyMap<string, Uint8Array>) => async (id: Parameters<typeof tilePath>[0]) => {
  const bytes = tiles.get(tilePath(id))
  if (bytes === undefined) throw new Error(`no tile ${tilePath(id)}`)
  return bytes
}
