import { verifyWitnessed, type WitnessPolicy } from '../../../../engines/tlog/cosignature.ts'
import { TlogError } from '../../../../engines/tlog/errors.ts'
import { leafHash, nodeHash } from '../../../../engines/tlog/merkle.ts'
import { parseVerifierKey } from '../../../../engines/tlog/note.ts'
import { decodeBundle, TILE_WIDTH, type TileId, tilePath } from '../../../../engines/tlog/tile.ts'
import { rootAt } from '../../../../engines/tlog/tile-reader.ts'
import { neededBundles, neededTiles } from '../pack/needed-tiles.ts'
import { failed } from './failed.ts'
import type { PackReader } from './pack-reader.ts'

const HASH = 32

/** Whom the reader trusts: not taken from the pack where it can be helped. */
export interface TrustedKeys {
  readonly log: string
  readonly witnesses: readonly string[]
  readonly quorum: number
}

export interface ProvedLog {
  readonly note: string
  readonly policy: WitnessPolicy
  /** Who confirmed the checkpoint and when, seconds since 1970. */
  readonly cosigners: readonly { readonly name: string; readonly time: number }[]
}

/**
 * Proves every entry bundle of a pack: the checkpoint is signed and cosigned, the last tiles of all levels give its root hash,
 * every other tile is a node of the one above it, and the entries are the leaves of the lowest tiles.
 *
 * @throws {BergfriedError} `verify.failed`
 */
export async function verifyLog(pack: PackReader, keys: TrustedKeys): Promise<ProvedLog> {
  const note = Buffer.from(await pack.file('log/checkpoint')).toString('utf8')
  const proved = await checkpointOf(note, keys)
  const { checkpoint, log, window } = pack.manifest
  const { origin, size, root } = proved.checkpoint
  if (origin !== log.origin || size !== checkpoint.size || Buffer.from(root).toString('base64') !== checkpoint.root) {
    throw failed('the manifest names another checkpoint', 'das Manifest nennt einen anderen Stand')
  }
  if (size > 0 && !same(await rootAt(size, pack.readTile), root)) {
    throw failed('the tiles do not give the root hash', 'die Kacheln ergeben nicht den Wurzel-Hash')
  }
  if (window.positions !== null && (window.positions[0] > window.positions[1] || window.positions[1] >= size)) {
    throw failed('the window reaches beyond the checkpoint', 'das Fenster reicht über den Stand hinaus')
  }
  const lookUp = new Nodes(pack)
  for (const id of neededTiles(window.positions, size)) await verifyTile(pack, lookUp, id)
  for (const id of neededBundles(window.positions, size)) await verifyBundle(pack, id)
  return { note, policy: proved.policy, cosigners: proved.cosigners }
}

async function checkpointOf(note: string, keys: TrustedKeys) {
  try {
    const policy: WitnessPolicy = {
      log: parseVerifierKey(keys.log),
      witnesses: keys.witnesses.map(parseVerifierKey),
      quorum: keys.quorum,
    }
    return { policy, ...(await verifyWitnessed(note, policy)) }
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    throw failed(
      `the checkpoint is not confirmed by the keys that were given (${error.message})`,
      `der Stand ist von den angegebenen Schlüsseln nicht bestätigt (${error.message})`,
    )
  }
}

/** A full tile is one node of the tile above; the last one of a level is a part of the root hash itself. */
async function verifyTile(pack: PackReader, above: Nodes, id: TileId): Promise<void> {
  const bytes = await pack.readTile(id)
  if (bytes.length !== id.width * HASH) throw bad(id)
  if (id.width < TILE_WIDTH || typeof id.level !== 'number') return
  let row = Array.from({ length: TILE_WIDTH }, (_, i) => bytes.subarray(i * HASH, (i + 1) * HASH))
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
    )
  }
  if (!same(row[0] as Uint8Array, await above.at(id.level + 1, id.index))) throw bad(id)
}

async function verifyBundle(pack: PackReader, id: TileId): Promise<void> {
  const [entries, hashes] = await Promise.all([pack.readTile(id), pack.readTile({ ...id, level: 0 })])
  const leaves = decoded(entries, id)
  for (const [i, leaf] of leaves.entries()) {
    if (!same(leafHash(leaf), hashes.subarray(i * HASH, (i + 1) * HASH))) throw bad(id)
  }
}

function decoded(bytes: Uint8Array, id: TileId): Uint8Array[] {
  try {
    return decodeBundle(bytes, id.width)
  } catch (error) {
    throw error instanceof TlogError ? bad(id) : error
  }
}

/** Nodes by level and index; keeps one tile per level, so going up from tile after tile reads each once. */
class Nodes {
  readonly #pack: PackReader
  readonly #kept = new Map<number, { index: number; bytes: Uint8Array }>()

  constructor(pack: PackReader) {
    this.#pack = pack
  }

  async at(level: number, node: number): Promise<Uint8Array> {
    const index = Math.floor(node / TILE_WIDTH)
    let kept = this.#kept.get(level)
    if (kept?.index !== index) {
      kept = { index, bytes: await this.#pack.readTile({ level, index, width: TILE_WIDTH }) }
      this.#kept.set(level, kept)
    }
    const at = (node - index * TILE_WIDTH) * HASH
    return kept.bytes.subarray(at, at + HASH)
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const bad = (id: TileId) =>
  failed(`${tilePath(id)} is not part of the tree`, `${tilePath(id)} gehört nicht zum Hash-Baum`)
