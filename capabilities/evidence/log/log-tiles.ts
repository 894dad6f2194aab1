import { decodeBundle, encodeBundle, TILE_WIDTH, type TileId, tilePath } from '../../../engines/tlog/tile.ts'
import type { ReadTile } from '../../../engines/tlog/tile-reader.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { LogReader } from './log-store.ts'

const HASH_BYTES = 32

/**
 * Reads tiles and bundles of a log. One that was never written, or is gone because it grew, is cut from a wider one: the one is
 * the beginning of the other.
 *
 * @param wider - a width in which the tile is known to be there; full where nothing is said
 * @returns null where there is neither
 */
export async function readLogTile(log: LogReader, id: TileId, wider = TILE_WIDTH): Promise<Uint8Array | null> {
  const exact = await log.read(tilePath(id))
  if (exact !== null || id.width >= wider) return exact
  const known = await log.read(tilePath({ ...id, width: wider }))
  if (known === null) return null
  if (id.level !== 'entries') return known.subarray(0, id.width * HASH_BYTES)
  return encodeBundle(decodeBundle(known, wider).slice(0, id.width))
}

/** As {@link readLogTile}, for proofs. @throws {BergfriedError} `evidence.store` where the tile is missing */
export const tilesOf =
  (log: LogReader): ReadTile =>
  async (id) => {
    const bytes = await readLogTile(log, id)
    if (bytes === null) {
      const what = tilePath(id)
      throw new BergfriedError('evidence.store', {
        what,
        missing: 1,
        reason: 'the tile is missing',
        reasonDe: 'die Kachel fehlt',
      })
    }
    return bytes
  }
