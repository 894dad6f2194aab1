import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openPosixReader } from '../../capabilities/evidence/log/posix-store.ts'
import { Tree } from '../../engines/tlog/append.ts'
import { type Checkpoint, signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { cosign, type WitnessPolicy } from '../../engines/tlog/cosignature.ts'
import { leafHash } from '../../engines/tlog/merkle.ts'
import { addSignatures, formatVerifierKey, type NoteSigner, parseSignatures } from '../../engines/tlog/note.ts'
import { formatProof, verifyProof } from '../../engines/tlog/offline-proof.ts'
import { verifyInclusion } from '../../engines/tlog/proof.ts'
import { tilePath } from '../../engines/tlog/tile.ts'
import { inclusionProof, type ReadTile, TileCache } from '../../engines/tlog/tile-reader.ts'
import type { Offline } from './browser.ts'

const BATCH = 65_536
const PROOFS = 5000

export interface ProofTimes {
  /** Milliseconds of each proof, the first with an empty cache. */
  readonly made: readonly number[]
  readonly checked: readonly number[]
  /** Of a whole offline proof: log's signature, cosignatures, inclusion. */
  readonly verified: readonly number[]
  /** One of these proofs, for others to verify. */
  readonly sample: Offline
}

const entryOf = (i: number): Uint8Array => {
  const entry = new Uint8Array(8)
  new DataView(entry.buffer).setFloat64(0, i)
  return entry
}

/** Makes and verifies inclusion proofs for entries all over a log of this size, from its tiles on the disk. */
export async function proofTimes(
  disk: string,
  size: number,
  log: NoteSigner,
  witnesses: readonly NoteSigner[],
): Promise<ProofTimes> {
  const folder = await mkdtemp(join(disk, 'bergfried-bench-'))
  try {
    const root = await writeTiles(folder, size)
    const reader = openPosixReader(folder)
    const read: ReadTile = async (id) => {
      const bytes = await reader.read(tilePath(id))
      if (bytes === null) throw new Error(`no ${tilePath(id)}`)
      return bytes
    }
    let note = await signCheckpoint({ origin: log.key.name, size, root, extensions: [] }, log)
    for (const witness of witnesses) note = addSignatures(note, parseSignatures(await cosign(note, witness, 1)))
    const policy = { log: log.key, witnesses: witnesses.map(({ key }) => key), quorum: witnesses.length }
    return await measure(new TileCache(read), { origin: log.key.name, size, root, extensions: [] }, note, policy)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(tiles: TileCache, head: Checkpoint, note: string, policy: WitnessPolicy): Promise<ProofTimes> {
  const times: { made: number[]; checked: number[]; verified: number[] } = { made: [], checked: [], verified: [] }
  const keys = { log: formatVerifierKey(policy.log), witnesses: policy.witnesses.map(formatVerifierKey) }
  let sample: Offline = { text: '', entry: '', ...keys }
  const { size, root } = head
  for (let i = 0; i < PROOFS; i++) {
    // Steps of the golden ratio: all over the tree, never twice in the same tile in a row.
    const index = Math.floor(((i * 0.618_033_988_749_895) % 1) * size)
    const began = performance.now()
    const proof = await inclusionProof(index, size, tiles)
    const made = performance.now()
    const leaf = leafHash(entryOf(index))
    if (!verifyInclusion({ leaf, index, size, proof, root })) throw new Error(`entry ${index} is not proved`)
    const checked = performance.now()
    times.made.push(made - began)
    times.checked.push(checked - made)
    if (i % 10 !== 0) continue
    const text = formatProof({ index, proof, note })
    sample = { ...sample, text, entry: Buffer.from(entryOf(index)).toString('hex') }
    const before = performance.now()
    await verifyProof(text, entryOf(index), policy)
    times.verified.push(performance.now() - before)
  }
  return { ...times, sample }
}

/** The tiles of a tree of so many entries, without its bundles: a proof needs none. Returns the root. */
async function writeTiles(folder: string, size: number): Promise<Uint8Array> {
  const tree = Tree.empty()
  const folders = new Set<string>()
  while (tree.size < size) {
    const batch = Array.from({ length: Math.min(BATCH, size - tree.size) }, (_, i) => entryOf(tree.size + i))
    const tiles = tree.append(batch).tiles.filter(({ id }) => id.level !== 'entries')
    for (const { id } of tiles) {
      const parent = dirname(join(folder, tilePath(id)))
      if (!folders.has(parent)) await mkdir(parent, { recursive: true })
      folders.add(parent)
    }
    await Promise.all(tiles.map(({ id, bytes }) => writeFile(join(folder, tilePath(id)), bytes)))
  }
  return tree.root
}
