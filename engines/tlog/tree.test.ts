import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { Tree } from './append.ts'
import { equal } from './bytes.ts'
import { leafHash } from './merkle.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { entriesOf, hex, KNOWN_ENTRIES, KNOWN_ROOTS, mth, store } from './testing/trees.ts'
import { decodeBundle, tilePath } from './tile.ts'
import { consistencyProof, inclusionProof, rootAt, TileCache } from './tile-reader.ts'

it('has the roots that are known for the test tree of RFC 6962', () => {
  for (const [size, root] of KNOWN_ROOTS.entries()) {
    const tree = Tree.empty()
    expect(hex(tree.append(KNOWN_ENTRIES.slice(0, size)).root)).toBe(root)
    expect(hex(mth(KNOWN_ENTRIES.slice(0, size)))).toBe(root)
  }
})

describe('a tree of up to 300 entries', () => {
  const most = 300
  const entries = entriesOf(most)
  const roots = Array.from({ length: most + 1 }, (_, n) => mth(entries.slice(0, n)))
  const { files, read } = store()
  const cache = new TileCache(read)
  const tree = Tree.empty()
  for (const entry of entries) {
    const grown = tree.append([entry])
    for (const { id, bytes } of grown.tiles) files.set(tilePath(id), bytes)
  }

  it('has the root of its definition at every size, also from tiles', async () => {
    for (let size = 0; size <= most; size++)
      expect(equal(await rootAt(size, read), roots[size] as Uint8Array)).toBe(true)
    expect(equal(tree.root, roots[most] as Uint8Array)).toBe(true)
  })

  it('proves every entry in every size', async () => {
    for (let size = 1; size <= most; size++) {
      const root = roots[size] as Uint8Array
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, cache)
        const leaf = leafHash(entries[index] as Uint8Array)
        if (!verifyInclusion({ leaf, index, size, proof, root })) throw new Error(`entry ${index} of ${size}`)
      }
    }
  })

  it('proves every growth', async () => {
    for (let newSize = 0; newSize <= most; newSize++) {
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        const proof = await consistencyProof(oldSize, newSize, cache)
        const [oldRoot, newRoot] = [roots[oldSize] as Uint8Array, roots[newSize] as Uint8Array]
        if (!verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }))
          throw new Error(`${oldSize} to ${newSize}`)
      }
    }
  })

  it('goes on from its tiles as if it had never been put down', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 299]) {
      const again = await Tree.load(size, read)
      expect(hex(again.root)).toBe(hex(roots[size] as Uint8Array))
      const grown = again.append(entries.slice(size))
      expect(hex(grown.root)).toBe(hex(roots[most] as Uint8Array))
      for (const { id, bytes } of grown.tiles) expect(hex(bytes)).toBe(hex(files.get(tilePath(id)) ?? new Uint8Array()))
    }
  })

  it('keeps the entries themselves in its bundles', () => {
    expect(decodeBundle(files.get('tile/entries/000') as Uint8Array, 256).map(hex)).toEqual(
      entries.slice(0, 256).map(hex),
    )
    expect(decodeBundle(files.get('tile/entries/001.p/44') as Uint8Array, 44).map(hex)).toEqual(
      entries.slice(256).map(hex),
    )
  })
})

property.prop(
  [fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 700 }), fc.array(fc.nat(300), { maxLength: 6 })],
  {
    numRuns: 30,
  },
)('grows to the same tree and the same tiles however the entries are cut into batches', async (entries, cuts) => {
  const one = store()
  const many = store()
  const whole = Tree.empty().append(entries)
  for (const { id, bytes } of whole.tiles) one.files.set(tilePath(id), bytes)
  const tree = Tree.empty()
  let at = 0
  for (const cut of [...cuts, entries.length]) {
    const batch = entries.slice(at, at + cut)
    at += batch.length
    for (const { id, bytes } of tree.append(batch).tiles) many.files.set(tilePath(id), bytes)
  }
  expect(hex(tree.root)).toBe(hex(mth(entries)))
  expect(hex(whole.root)).toBe(hex(mth(entries)))
  for (const [path, bytes] of one.files) expect(hex(many.files.get(path) ?? new Uint8Array())).toBe(hex(bytes))
})
