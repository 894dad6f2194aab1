import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { Tree } from './append.ts'
import { equal, utf8 } from './bytes.ts'
import { EMPTY_ROOT, leafHash, nodeHash } from './merkle.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { decodeBundle, type TileId, tilePath } from './tile.ts'
import { consistencyProof, inclusionProof, type ReadTile, rootAt, TileCache } from './tile-reader.ts'

/** The definition of RFC 6962 section 2.1, word by word. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leafHash(leaves[0] as Uint8Array)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

const entriesOf = (n: number): Uint8Array[] => Array.from({ length: n }, (_, i) => utf8(`entry ${i}`))

/** Files of a log as they are written, one map for all. */
function store(): { files: Map<string, Uint8Array>; read: ReadTile } {
  const files = new Map<string, Uint8Array>()
  const read = async (id: TileId): Promise<Uint8Array> => {
    const bytes = files.get(tilePath(id))
    if (bytes === undefined) throw new Error(`no ${tilePath(id)}`)
    return bytes
  }
  return { files, read }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The tree that implementations of RFC 6962 are tested with: eight entries and the roots of its beginnings. */
const KNOWN_ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => new Uint8Array(Buffer.from(text, 'hex')))
const KNOWN_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

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
