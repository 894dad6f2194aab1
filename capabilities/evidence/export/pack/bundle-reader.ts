import { decodeBundle, TILE_WIDTH } from '../../../../engines/tlog/tile.ts'
import type { ReadTile } from '../../../../engines/tlog/tile-reader.ts'

/** Leaves by position for a reader that goes forward: keeps the entry bundle that it looked into last. */
export class BundleReader {
  readonly #readTile: ReadTile
  readonly #size: number
  #index = -1
  #leaves: readonly Uint8Array[] = []

  constructor(readTile: ReadTile, size: number) {
    this.#readTile = readTile
    this.#size = size
  }

  async at(position: number): Promise<Uint8Array> {
    const index = Math.floor(position / TILE_WIDTH)
    if (index !== this.#index) {
      const width = Math.min(TILE_WIDTH, this.#size - index * TILE_WIDTH)
      this.#leaves = decodeBundle(await this.#readTile({ level: 'entries', index, width }), width)
      this.#index = index
    }
    const leaf = this.#leaves[position - index * TILE_WIDTH]
    if (leaf === undefined) throw new RangeError(`no leaf at ${position}`)
    return leaf
  }
}
