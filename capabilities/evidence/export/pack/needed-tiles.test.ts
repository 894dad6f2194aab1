import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { Tree } from '../../../../engines/tlog/append.ts'
import { leafHash } from '../../../../engines/tlog/merkle.ts'
import { verifyInclusion } from '../../../../engines/tlog/proof.ts'
import { type TileId, tilePath } from '../../../../engines/tlog/tile.ts'
import { inclusionProof, rootAt } from '../../../../engines/tlog/tile-reader.ts'
import { neededBundles, neededTiles } from './needed-tiles.ts'

const MOST = 70_000
const leaf = (i: number) => new TextEncoder().encode(`leaf ${i}`)

/** All tiles of trees of some sizes, as a log would have written them. */
const files = new Map<string, Uint8Array>()
const roots = new Map<number, Uint8Array>()
const SIZES = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, MOST]
{
  const tree = Tree.empty()
  for (const size of SIZES) {
    const { tiles, root } = tree.append(Array.from({ length: size - tree.size }, (_, i) => leaf(tree.size + i)))
    for (const { id, bytes } of tiles) files.set(tilePath(id), bytes)
    roots.set(size, root)
  }
}

function only(ids: Iterable<TileId>) {
  const kept = new Set([...ids].map(tilePath))
  return async (id: TileId) => {
    const bytes = kept.has(tilePath(id)) ? files.get(tilePath(id)) : undefined
    if (bytes === undefined) throw new Error(`not among the tiles: ${tilePath(id)}`)
    return bytes
  }
}

describe('the tiles of a window', () => {
  it.each(SIZES)('give the root hash of %i entries, also without a window', async (size) => {
    expect(await rootAt(size, only(neededTiles(null, size)))).toEqual(roots.get(size))
  })

  property.prop([fc.constantFrom(...SIZES), fc.nat(), fc.nat(), fc.nat()])(
    'prove every entry of it',
    async (size, a, b, c) => {
      const [first, last] = [a % size, b % size].sort((x, y) => x - y) as [number, number]
      const index = first + (c % (last - first + 1))
      const readTile = only(neededTiles([first, last], size))
      const proof = await inclusionProof(index, size, readTile)
      const root = roots.get(size) ?? new Uint8Array()
      expect(verifyInclusion({ leaf: leafHash(leaf(index)), index, size, proof, root })).toBe(true)
      expect(await rootAt(size, readTile)).toEqual(root)
    },
  )

  property.prop([fc.constantFrom(...SIZES), fc.nat(), fc.nat()])('exist, each once, with its bundle', (size, a, b) => {
    const window = [a % size, b % size].sort((x, y) => x - y) as [number, number]
    const tiles = [...neededTiles(window, size)].map(tilePath)
    const bundles = [...neededBundles(window, size)]
    expect(new Set(tiles).size).toBe(tiles.length)
    expect([...tiles, ...bundles.map(tilePath)].filter((path) => !files.has(path))).toEqual([])
    expect(bundles.map((id) => tilePath({ ...id, level: 0 })).filter((path) => !tiles.includes(path))).toEqual([])
  })
})
