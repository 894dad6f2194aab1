import { concat, equal } from '../engines/tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../engines/tlog/checkpoint.ts'
import { TlogError } from '../engines/tlog/errors.ts'
import { HASH_SIZE, leafHash } from '../engines/tlog/merkle.ts'
import type { VerifierKey } from '../engines/tlog/note.ts'
import { verifyConsistency, verifyInclusion } from '../engines/tlog/proof.ts'
import { decodeBundle, TILE_WIDTH, type TileId, tilePath, widthAt } from '../engines/tlog/tile.ts'
import { consistencyProof, inclusionProof, type ReadTile } from '../engines/tlog/tile-reader.ts'
import { CannotLook } from './refuse.ts'
import { both } from './result.ts'

/** A file of the log below its prefix, for example `tile/0/000.p/7`. Null: there is none. Throws {@link CannotLook}. */
export type ReadLog = (path: string) => Promise<Uint8Array | null>

/**
 * Tiles of a log. A partial tile may be gone once it is full (C2SP tlog-tiles): then its beginning is taken from the full
 * one. Nothing read here is believed: proofs made of it are verified against signed roots.
 */
export function tilesOf(readLog: ReadLog): ReadTile {
  return async (id) => {
    const exact = await readLog(tilePath(id))
    if (exact !== null) return exact
    const full = id.width === TILE_WIDTH ? null : await readLog(tilePath({ ...id, width: TILE_WIDTH }))
    if (full === null) {
      const path = tilePath(id)
      throw new CannotLook(both(`Das Protokoll gibt ${path} nicht heraus.`, `The log does not hand out ${path}.`))
    }
    return beginningOf(full, id)
  }
}

function beginningOf(full: Uint8Array, { level, width }: TileId): Uint8Array {
  if (level !== 'entries') return full.subarray(0, width * HASH_SIZE)
  const entries = decodeBundle(full, TILE_WIDTH).slice(0, width)
  return full.subarray(
    0,
    entries.reduce((n, entry) => n + 2 + entry.length, 0),
  )
}

/** Whether the smaller tree is the beginning of the larger, by the larger one's tiles. */
export async function isBeginning(
  old: { readonly size: number; readonly root: Uint8Array },
  present: { readonly size: number; readonly root: Uint8Array },
  readTile: ReadTile,
): Promise<boolean> {
  if (old.size > present.size) return false
  if (old.size === present.size) return equal(old.root, present.root)
  const proof = await consistencyProof(old.size, present.size, readTile)
  return verifyConsistency({
    oldSize: old.size,
    oldRoot: old.root,
    newSize: present.size,
    newRoot: present.root,
    proof,
  })
}

/**
 * The entries of one bundle, proved to be in the tree: their hashes stand in for the tile above them, and a proof of the
 * first one then runs over all of them.
 *
 * @throws {TlogError} `inconsistent`
 */
export async function provedEntries(index: number, tree: Checkpoint, readTile: ReadTile): Promise<Uint8Array[]> {
  const { size, root } = tree
  const entries = decodeBundle(
    await readTile({ level: 'entries', index, width: widthAt('entries', index, size) }),
    widthAt('entries', index, size),
  )
  const hashes = entries.map(leafHash)
  const own: ReadTile = async (id) =>
    id.level === 0 && id.index === index ? concat(...hashes.slice(0, id.width)) : readTile(id)
  const first = index * TILE_WIDTH
  const proof = await inclusionProof(first, size, own)
  const [leaf] = hashes
  if (leaf === undefined || !verifyInclusion({ leaf, index: first, size, proof, root })) {
    throw new TlogError('inconsistent', `the entries from ${first} on are not those of the tree`)
  }
  return entries
}

/** The newest checkpoint that the log hands out, with its note. */
export async function headOf(
  readLog: ReadLog,
  key: VerifierKey,
): Promise<{ readonly checkpoint: Checkpoint; readonly note: string }> {
  const bytes = await readLog('checkpoint')
  if (bytes === null) {
    throw new CannotLook(both('Das Protokoll gibt keinen Prüfpunkt heraus.', 'The log hands out no checkpoint.'))
  }
  const note = new TextDecoder().decode(bytes)
  return { checkpoint: await openCheckpoint(note, key), note }
}
