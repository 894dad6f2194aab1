import { toBase64, utf8 } from '../bytes.ts'
import { leafHash, nodeHash } from '../merkle.ts'
import { sha256 } from '../sha256.ts'
import { encodeBundle, type TileId, tilePath, widthAt } from '../tile.ts'
import { entriesOf, flipped, growth, hex, KNOWN_ENTRIES, mth, path } from './trees.ts'

const root = (n: number): Uint8Array => mth(KNOWN_ENTRIES.slice(0, n))
const entry = (i: number): Uint8Array => KNOWN_ENTRIES[i] ?? new Uint8Array(0)
const base64 = (hashes: readonly Uint8Array[]): string[] => hashes.map(toBase64)

export function hashVectors(): unknown {
  const texts = ['', 'abc', 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq']
  const [a, b] = [leafHash(utf8('a')), leafHash(utf8('b'))]
  return {
    sha256: texts.map((text) => ({ data: hex(utf8(text)), hash: hex(sha256(utf8(text))) })),
    leaf: KNOWN_ENTRIES.map((bytes) => ({ entry: hex(bytes), hash: hex(leafHash(bytes)) })),
    node: [
      { left: hex(a), right: hex(b), hash: hex(nodeHash(a, b)) },
      { left: hex(b), right: hex(a), hash: hex(nodeHash(b, a)) },
    ],
  }
}

export function rootVectors(): unknown {
  return {
    entries: KNOWN_ENTRIES.map(hex),
    roots: Array.from({ length: 9 }, (_, n) => ({ size: n, root: hex(root(n)) })),
    counted: [255, 256, 257, 1000, 70_000].map((size) => ({ size, root: hex(mth(entriesOf(size))) })),
  }
}

export function inclusionVectors(): unknown {
  const good = (index: number, size: number) => ({
    leaf: toBase64(leafHash(entry(index))),
    index,
    size,
    proof: base64(path(index, KNOWN_ENTRIES.slice(0, size))),
    root: toBase64(root(size)),
  })
  const valid = []
  for (let size = 1; size <= 8; size++) for (let index = 0; index < size; index++) valid.push(good(index, size))
  const [six, seven] = [path(5, KNOWN_ENTRIES), path(6, KNOWN_ENTRIES.slice(0, 7))]
  const invalid = [
    ['another entry', { ...good(5, 8), leaf: toBase64(leafHash(entry(4))) }],
    ['another index', { ...good(5, 8), index: 4 }],
    ['index at the end of the tree', { ...good(5, 8), index: 8 }],
    ['root of a smaller tree', { ...good(5, 8), root: toBase64(root(7)) }],
    ['one bit of the first hash', { ...good(5, 8), proof: base64(six.map((h, i) => (i === 0 ? flipped(h, 0) : h))) }],
    ['one hash too few', { ...good(5, 8), proof: base64(six.slice(0, -1)) }],
    ['one hash too many', { ...good(5, 8), proof: base64([...six, root(8)]) }],
    ['hashes in the wrong order', { ...good(5, 8), proof: base64([...six].reverse()) }],
    ['a hash where the path has none', { ...good(6, 7), proof: base64([leafHash(entry(7)), ...seven]) }],
  ] as const
  return {
    valid,
    invalid: invalid.map(([reason, input]) => ({ reason, ...input })),
  }
}

export function consistencyVectors(): unknown {
  const good = (oldSize: number, newSize: number) => ({
    oldSize,
    oldRoot: toBase64(root(oldSize)),
    newSize,
    newRoot: toBase64(root(newSize)),
    proof: base64(oldSize === 0 ? [] : growth(oldSize, KNOWN_ENTRIES.slice(0, newSize))),
  })
  const valid = []
  for (let n = 0; n <= 8; n++) for (let old = 0; old <= n; old++) valid.push(good(old, n))
  const proof = growth(6, KNOWN_ENTRIES)
  const fork = [...KNOWN_ENTRIES].reverse()
  const invalid = [
    ['rollback', { ...good(6, 8), oldSize: 8, oldRoot: toBase64(root(8)), newSize: 6, newRoot: toBase64(root(6)) }],
    ['same size, another root', { ...good(8, 8), newRoot: toBase64(mth(fork)) }],
    ['fork with its own proof', { ...good(6, 8), newRoot: toBase64(mth(fork)), proof: base64(growth(6, fork)) }],
    ['another old root', { ...good(6, 8), oldRoot: toBase64(root(5)) }],
    ['another old size', { ...good(6, 8), oldSize: 5 }],
    [
      'one bit of the last hash',
      { ...good(6, 8), proof: base64(proof.map((h, i) => (i === 2 ? flipped(h, 255) : h))) },
    ],
    ['one hash too few', { ...good(6, 8), proof: base64(proof.slice(1)) }],
    ['one hash too many', { ...good(6, 8), proof: base64([...proof, root(1)]) }],
    ['a proof from the empty tree', { ...good(0, 8), proof: base64(proof) }],
    [
      'old root repeated where it is the first node',
      { ...good(4, 8), proof: base64([root(4), ...growth(4, KNOWN_ENTRIES)]) },
    ],
    ['no proof', { ...good(6, 8), proof: [] }],
  ] as const
  return { valid, invalid: invalid.map(([reason, input]) => ({ reason, ...input })) }
}

export function tileVectors(): unknown {
  const ids: TileId[] = [
    { level: 0, index: 0, width: 256 },
    { level: 0, index: 0, width: 1 },
    { level: 0, index: 999, width: 255 },
    { level: 0, index: 1000, width: 256 },
    { level: 0, index: 1_234_067, width: 256 },
    { level: 1, index: 1_234_067, width: 7 },
    { level: 'entries', index: 0, width: 256 },
    { level: 'entries', index: 1_000_000, width: 12 },
    { level: 63, index: 0, width: 256 },
    { level: 0, index: Number.MAX_SAFE_INTEGER, width: 256 },
  ]
  const layouts = [1, 255, 256, 257, 65_536, 70_000].map((size) => ({ size, tiles: newest(size) }))
  const bundle = [utf8('a'), new Uint8Array(0), utf8('entry 2')]
  const bytes = encodeBundle(bundle)
  return {
    paths: ids.map((id) => ({ path: tilePath(id), ...id })),
    noPaths: NO_PATHS,
    layouts,
    bundles: [
      { width: 3, bytes: hex(bytes), entries: bundle.map(hex) },
      { width: 1, bytes: '0000', entries: [''] },
    ],
    noBundles: [
      { reason: 'fewer entries than its width', width: 4, bytes: hex(bytes) },
      { reason: 'more entries than its width', width: 2, bytes: hex(bytes) },
      { reason: 'a byte at its end', width: 3, bytes: `${hex(bytes)}00` },
      { reason: 'an entry cut off', width: 3, bytes: hex(bytes.slice(0, -1)) },
      { reason: 'half a length', width: 1, bytes: '00' },
      { reason: 'nothing', width: 1, bytes: '' },
    ],
  }
}

/** The last tile of each level in a tree of this size, and the last bundle. */
function newest(size: number): string[] {
  const found: string[] = []
  for (const level of ['entries', 0, 1, 2] as const) {
    const hashes = Math.floor(size / 256 ** (level === 'entries' ? 0 : level))
    if (hashes === 0) continue
    const index = Math.floor((hashes - 1) / 256)
    found.push(tilePath({ level, index, width: widthAt(level, index, size) }))
  }
  return found
}

const NO_PATHS = [
  '',
  'tile',
  'tile/0',
  'tile/0/0',
  'tile/0/00',
  'tile/0/0000',
  'tile/0/x000',
  'tile/0/x000/000',
  'tile/0/001/000',
  'tile/00/000',
  'tile/64/000',
  'tile/-1/000',
  'tile/0/000.p/0',
  'tile/0/000.p/01',
  'tile/0/000.p/256',
  'tile/0/000.p/',
  'tile/0/000.p',
  'tile/0/000/',
  '/tile/0/000',
  'tile/0/000.p/1/',
  'tile/entries/0/000',
  'tile/Entries/000',
  'tile/0/x009/x007/x199/x254/x740/992',
  'tile/0/..',
  'tile/0/000\n',
  'tile/0/٠٠٠',
  'tile//000',
]
