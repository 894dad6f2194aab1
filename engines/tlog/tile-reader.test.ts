import { describe, expect, it } from 'vitest'
import { Tree } from './append.ts'
import { TlogError } from './errors.ts'
import { leafHash } from './merkle.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { entriesOf, hex, logOf, mth } from './testing/trees.ts'
import { type TileId, tilePath } from './tile.ts'
import { consistencyProof, inclusionProof, rootAt, TileCache } from './tile-reader.ts'

const SIZE = 70_000
const entries = entriesOf(SIZE)
const { files, read } = logOf(entries, 4096)
const root = mth(entries)

describe('a cache of tiles', () => {
  it('reads a tile once, and again only after others have pushed it out', async () => {
    const asked: string[] = []
    const counting = (id: TileId): Promise<Uint8Array> => {
      asked.push(tilePath(id))
      return read(id)
    }
    const cache = new TileCache(counting, 4)
    await inclusionProof(5, SIZE, cache)
    const first = asked.length
    await inclusionProof(6, SIZE, cache)
    expect(asked.length).toBe(first)
    for (const index of [300, 600, 900, 1200]) await inclusionProof(index, SIZE, cache)
    await inclusionProof(5, SIZE, cache)
    expect(asked.filter((path) => path === 'tile/0/000').length).toBe(2)
  })

  it('asks again for what it did not get', async () => {
    let broken = true
    const cache = new TileCache((id) => (broken ? Promise.reject(new Error('no network')) : read(id)))
    await expect(inclusionProof(5, SIZE, cache)).rejects.toThrow('no network')
    broken = false
    const proof = await inclusionProof(5, SIZE, cache)
    expect(verifyInclusion({ leaf: leafHash(entries[5] as Uint8Array), index: 5, size: SIZE, proof, root })).toBe(true)
  })

  it('gives hashes of its own: what a caller does with them changes no later proof', async () => {
    const cache = new TileCache(read)
    const wanted = (await inclusionProof(5, SIZE, cache)).map(hex)
    for (const hash of await inclusionProof(5, SIZE, cache)) hash.fill(0)
    expect((await inclusionProof(5, SIZE, cache)).map(hex)).toEqual(wanted)
  })
})

it('proves across all levels of tiles', async () => {
  const cache = new TileCache(read)
  for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
    const leaf = leafHash(entries[index] as Uint8Array)
    const proof = await inclusionProof(index, SIZE, cache)
    expect(verifyInclusion({ leaf, index, size: SIZE, proof, root })).toBe(true)
  }
  for (const oldSize of [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999]) {
    const proof = await consistencyProof(oldSize, SIZE, cache)
    const oldRoot = mth(entries.slice(0, oldSize))
    expect(verifyConsistency({ oldSize, oldRoot, newSize: SIZE, newRoot: root, proof })).toBe(true)
  }
  expect(hex(await rootAt(SIZE, cache))).toBe(hex(root))
})

it('shows a changed tile by another root, and a tree loaded from it too', async () => {
  const last = 'tile/0/273.p/112'
  const tampered = async (id: TileId): Promise<Uint8Array> => {
    const bytes = (await read(id)).slice()
    if (tilePath(id) === last) bytes[40] = (bytes[40] ?? 0) ^ 1
    return bytes
  }
  expect(files.has(last)).toBe(true)
  expect(hex(await rootAt(SIZE, tampered))).not.toBe(hex(root))
  expect(hex((await Tree.load(SIZE, tampered)).root)).not.toBe(hex(root))
  expect(hex((await Tree.load(SIZE, read)).root)).toBe(hex(root))
})

it.each([
  ['an index at the end', () => inclusionProof(SIZE, SIZE, read)],
  ['a negative index', () => inclusionProof(-1, SIZE, read)],
  ['no number', () => inclusionProof(Number.NaN, SIZE, read)],
  ['a size beyond 2^53 - 1', () => inclusionProof(0, 2 ** 53, read)],
  ['a rollback', () => consistencyProof(3, 2, read)],
  ['a broken size', () => rootAt(1.5, read)],
  ['a negative size', () => Tree.load(-1, read)],
])('%s is refused by a rejected promise', async (_, work) => {
  await expect(work()).rejects.toThrow(TlogError)
})

it('asks for tiles of the largest sizes without losing digits', async () => {
  const asked: TileId[] = []
  const size = 2 ** 50 + 1
  const all = async (id: TileId): Promise<Uint8Array> => {
    asked.push(id)
    return new Uint8Array(id.width * 32)
  }
  await inclusionProof(2 ** 50 - 1, size, all)
  for (const { level, index, width } of asked) {
    expect(Number.isSafeInteger(index) && width >= 1 && width <= 256, JSON.stringify({ level, index, width })).toBe(
      true,
    )
  }
  expect(asked.map(tilePath)).toContain(`tile/0/x004/x398/x046/x511/104.p/1`)
})
