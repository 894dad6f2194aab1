import { TILE_WIDTH, type TileId } from '../../../../engines/tlog/tile.ts'

/** Tiles of one level of a tree: how many there are, and how full the last one is. */
function levelOf(size: number, level: number): { tiles: number; lastWidth: number } {
  const nodes = Math.floor(size / TILE_WIDTH ** level)
  const tiles = Math.ceil(nodes / TILE_WIDTH)
  return { tiles, lastWidth: nodes - (tiles - 1) * TILE_WIDTH }
}

/**
 * The hash tiles with which every entry of a window can be proved against a tree of `size` entries: on each level the tiles
 * above the window and the last one, whose nodes the root hash is made of. Level by level from the bottom, by index.
 *
 * @param first - first position; null: none, then only what the root hash is made of
 */
export function* neededTiles(window: readonly [number, number] | null, size: number): Generator<TileId> {
  for (let level = 0; size >= TILE_WIDTH ** level; level++) {
    const { tiles, lastWidth } = levelOf(size, level)
    const widthOf = (index: number) => (index === tiles - 1 ? lastWidth : TILE_WIDTH)
    const span = TILE_WIDTH ** (level + 1)
    let next = 0
    if (window !== null) {
      const end = Math.min(Math.floor(window[1] / span), tiles - 1)
      for (next = Math.floor(window[0] / span); next <= end; next++) yield { level, index: next, width: widthOf(next) }
    }
    if (next <= tiles - 1) yield { level, index: tiles - 1, width: lastWidth }
  }
}

/** The entry bundles of a window. */
export function* neededBundles(window: readonly [number, number] | null, size: number): Generator<TileId> {
  if (window === null) return
  const end = Math.floor(window[1] / TILE_WIDTH)
  for (let index = Math.floor(window[0] / TILE_WIDTH); index <= end; index++) {
    yield { level: 'entries', index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) }
  }
}
