import { TILE_WIDTH, tilePath, widthAt } from '../../../engines/tlog/tile.ts'

/** Paths of all tiles and entry bundles of a log of a size, partial ones at its right edge included (C2SP tlog-tiles). */
export function logPaths(size: number): readonly string[] {
  const paths: string[] = []
  const level = (at: number | 'entries', nodes: number): void => {
    for (let index = 0; index * TILE_WIDTH < nodes; index++)
      paths.push(tilePath({ level: at, index, width: widthAt(at, index, size) }))
  }
  level('entries', size)
  for (let [at, nodes] = [0, size]; nodes > 0; at++, nodes = Math.floor(nodes / TILE_WIDTH)) level(at, nodes)
  return paths
}
