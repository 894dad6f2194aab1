import { describe, expect, it } from 'vitest'
import { Tree } from './append.ts'
import { TlogError } from './errors.ts'
import { entriesOf, hex, logOf } from './testing/trees.ts'
import { encodeBundle, type TileId, tilePath } from './tile.ts'

describe('a place where no tile can be has no path', () => {
  it.each<[string, TileId]>([
    ['a width of 0', { level: 0, index: 0, width: 0 }],
    ['a width of 257', { level: 0, index: 0, width: 257 }],
    ['a negative index', { level: 0, index: -1, width: 1 }],
    ['an index beyond 2^53 - 1', { level: 0, index: 2 ** 53, width: 1 }],
    ['level 64', { level: 64, index: 0, width: 1 }],
    ['no level', { level: Number.NaN, index: 0, width: 1 }],
  ])('%s', (_, id) => expect(() => tilePath(id)).toThrow(TlogError))
})

describe('an entry longer than a bundle can hold', () => {
  it('is refused, one of 65,535 bytes is not', () => {
    expect(encodeBundle([new Uint8Array(65_535)])).toHaveLength(65_537)
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(TlogError)
    expect(() => encodeBundle(entriesOf(257))).toThrow(TlogError)
  })

  it('leaves the tree as it was', () => {
    const tree = Tree.empty()
    const { root } = tree.append(entriesOf(5))
    expect(() => tree.append([...entriesOf(3), new Uint8Array(65_536)])).toThrow(TlogError)
    expect(tree.size).toBe(5)
    expect(hex(tree.root)).toBe(hex(root))
  })
})

it('gives every tile a checkpoint of its size needs, whatever the batch', async () => {
  const entries = entriesOf(1500)
  for (const batch of [1, 7, 255, 256, 257, 1500]) {
    const { files, read } = logOf(entries, batch)
    for (let size = batch; size <= 1500; size += batch) {
      const again = await Tree.load(size, read)
      expect(hex(again.root)).toBe(hex(Tree.empty().append(entries.slice(0, size)).root))
      if (size > 600 && batch < 7) break
    }
    expect(files.has('tile/entries/005.p/220')).toBe(true)
    expect(files.has('tile/1/000.p/5')).toBe(true)
  }
})
