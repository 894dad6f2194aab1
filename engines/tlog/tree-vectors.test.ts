import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Tree } from './append.ts'
import { fromBase64, toBase64 } from './bytes.ts'
import { TlogError } from './errors.ts'
import { leafHash, nodeHash } from './merkle.ts'
import { portableSha256 } from './portable-sha256.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { sha256 } from './sha256.ts'
import { entriesOf, fromHex, hex } from './testing/trees.ts'
import { decodeBundle, encodeBundle, parseTilePath, type TileId, tilePath } from './tile.ts'

const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8')) as T

const bytes = (base64: string): Uint8Array => fromBase64(base64) ?? new Uint8Array(0)

it('hashes as the vectors say', () => {
  const { sha256: plain, leaf, node } = read<Record<string, { [key: string]: string }[]>>('hashes.json')
  for (const v of plain ?? []) {
    expect(hex(sha256(fromHex(v['data'] ?? '')))).toBe(v['hash'])
    expect(hex(portableSha256(fromHex(v['data'] ?? '')))).toBe(v['hash'])
  }
  for (const v of leaf ?? []) expect(hex(leafHash(fromHex(v['entry'] ?? '')))).toBe(v['hash'])
  for (const v of node ?? []) expect(hex(nodeHash(fromHex(v['left'] ?? ''), fromHex(v['right'] ?? '')))).toBe(v['hash'])
})

it('comes to the roots of the vectors', () => {
  type Root = { size: number; root: string }
  const { entries, roots, counted } = read<{ entries: string[]; roots: Root[]; counted: Root[] }>('roots.json')
  for (const v of roots) {
    expect(hex(Tree.empty().append(entries.slice(0, v.size).map(fromHex)).root)).toBe(v.root)
  }
  for (const v of counted) expect(hex(Tree.empty().append(entriesOf(v.size)).root)).toBe(v.root)
})

it('takes the inclusion proofs of the vectors and refuses the wrong ones', () => {
  type Case = { reason?: string; leaf: string; index: number; size: number; proof: string[]; root: string }
  const { valid, invalid } = read<{ valid: Case[]; invalid: Case[] }>('inclusion.json')
  const holds = (v: Case): boolean =>
    verifyInclusion({ ...v, leaf: bytes(v.leaf), root: bytes(v.root), proof: v.proof.map(bytes) })
  for (const v of valid) expect(holds(v), JSON.stringify(v)).toBe(true)
  for (const v of invalid) expect(holds(v), v.reason).toBe(false)
})

it('takes the consistency proofs of the vectors and refuses the wrong ones', () => {
  type Case = {
    reason?: string
    oldSize: number
    oldRoot: string
    newSize: number
    newRoot: string
    proof: string[]
  }
  const { valid, invalid } = read<{ valid: Case[]; invalid: Case[] }>('consistency.json')
  const holds = (v: Case): boolean =>
    verifyConsistency({ ...v, oldRoot: bytes(v.oldRoot), newRoot: bytes(v.newRoot), proof: v.proof.map(bytes) })
  for (const v of valid) expect(holds(v), JSON.stringify(v)).toBe(true)
  for (const v of invalid) expect(holds(v), v.reason).toBe(false)
  expect(toBase64(bytes(valid[0]?.oldRoot ?? ''))).toBe(valid[0]?.oldRoot)
})

it('lays its tiles out as the vectors say', () => {
  type Bundle = { reason?: string; width: number; bytes: string; entries: string[] }
  const v = read<{
    paths: (TileId & { path: string })[]
    noPaths: string[]
    layouts: { size: number; tiles: string[] }[]
    bundles: Bundle[]
    noBundles: Bundle[]
  }>('tiles.json')
  for (const { path, ...id } of v.paths) {
    expect(tilePath(id)).toBe(path)
    expect(parseTilePath(path)).toEqual(id)
  }
  for (const path of v.noPaths) expect(parseTilePath(path), path).toBeNull()
  for (const { size, tiles } of v.layouts) {
    const written = Tree.empty()
      .append(entriesOf(size))
      .tiles.map(({ id }) => tilePath(id))
    for (const path of tiles) expect(written, `${path} of ${size}`).toContain(path)
  }
  for (const b of v.bundles) {
    expect(hex(encodeBundle(b.entries.map(fromHex)))).toBe(b.bytes)
    expect(decodeBundle(fromHex(b.bytes), b.width).map(hex)).toEqual(b.entries)
  }
  for (const b of v.noBundles) expect(() => decodeBundle(fromHex(b.bytes), b.width), b.reason).toThrow(TlogError)
})

it('writes every tile of a tree once, and no empty one', () => {
  const { tiles } = Tree.empty().append(entriesOf(70_000))
  const paths = tiles.map(({ id }) => tilePath(id))
  expect(new Set(paths).size).toBe(paths.length)
  // C2SP tlog-tiles: 273 full level 0 tiles and a partial one of 112, one full level 1 tile and a partial one of 17,
  // one partial level 2 tile of width 1. The bundles lie as level 0 does.
  expect(paths.filter((path) => path.startsWith('tile/0/')).length).toBe(274)
  expect(paths.filter((path) => path.startsWith('tile/1/')).sort()).toEqual(['tile/1/000', 'tile/1/001.p/17'])
  expect(paths.filter((path) => path.startsWith('tile/2/'))).toEqual(['tile/2/000.p/1'])
  expect(paths).toContain('tile/0/273.p/112')
  expect(paths.filter((path) => path.startsWith('tile/entries/')).length).toBe(274)
  for (const { id, bytes: tile } of tiles) if (id.level !== 'entries') expect(tile.length).toBe(id.width * 32)
})
