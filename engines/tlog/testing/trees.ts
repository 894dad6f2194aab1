import { Tree } from '../append.ts'
import { utf8 } from '../bytes.ts'
import { EMPTY_ROOT, leafHash, nodeHash } from '../merkle.ts'
import { type TileId, tilePath } from '../tile.ts'
import type { ReadTile } from '../tile-reader.ts'

/** The definition of RFC 6962 section 2.1, word by word. */
export function mth(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return EMPTY_ROOT
  if (leaves.length === 1) return leafHash(first)
  const k = splitOf(leaves.length)
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

/** The definition of section 2.1.1. */
export function path(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return []
  const k = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m < k ? [...path(m, left), mth(right)] : [...path(m - k, right), mth(left)]
}

/** The definition of section 2.1.2, SUBPROOF with its last argument. */
export function growth(m: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (m === leaves.length) return whole ? [] : [mth(leaves)]
  const k = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m <= k ? [...growth(m, left, whole), mth(right)] : [...growth(m - k, right, false), mth(left)]
}

function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

export const entriesOf = (n: number): Uint8Array[] => Array.from({ length: n }, (_, i) => utf8(`entry ${i}`))

/** The files of a log as they are written, one map for all. */
export function store(): { files: Map<string, Uint8Array>; read: ReadTile } {
  const files = new Map<string, Uint8Array>()
  const read = async (id: TileId): Promise<Uint8Array> => {
    const bytes = files.get(tilePath(id))
    if (bytes === undefined) throw new Error(`no ${tilePath(id)}`)
    return bytes
  }
  return { files, read }
}

/** A log that grew to these entries in batches of so many. */
export function logOf(entries: readonly Uint8Array[], batch = entries.length): ReturnType<typeof store> {
  const log = store()
  const tree = Tree.empty()
  for (let at = 0; at < entries.length; at += batch) {
    for (const { id, bytes } of tree.append(entries.slice(at, at + batch)).tiles) log.files.set(tilePath(id), bytes)
  }
  return log
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** The bytes with one bit turned over. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const other = bytes.slice()
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return other
}

/** The tree that implementations of RFC 6962 are tested with: eight entries and the roots of its beginnings. */
export const KNOWN_ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(fromHex)
export const KNOWN_ROOTS = [
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
