import { createHash } from 'node:crypto'
import { openCheckpoint } from '../../../../engines/tlog/checkpoint.ts'
import { leafHash } from '../../../../engines/tlog/merkle.ts'
import { parseVerifierKey } from '../../../../engines/tlog/note.ts'
import { decodeBundle, TILE_WIDTH, widthAt } from '../../../../engines/tlog/tile.ts'
import { rootAt } from '../../../../engines/tlog/tile-reader.ts'
import { systemClock } from '../../../../kernel/clock/clock.ts'
import type { StagePool, Transaction } from '../../../../kernel/db/database.ts'
import type { CheckpointSigner } from '../../../../kernel/ledger/evidence-log.ts'
import { leafOf, type StoredEntry } from '../../../../kernel/ledger/leaf.ts'
import type { LogReader, LogStore } from '../../log/log-store.ts'
import { tilesOf } from '../../log/log-tiles.ts'
import { startSealer } from '../run-sealer.ts'

type Row = StoredEntry & { readonly position: number }

const made: Row[] = []

/** Entry of a position: the same in every process. Its leaf is made once: thousands of logs are made of them. */
function entryAt(position: number): Row {
  made[position] ??= makeEntry(position)
  return made[position]
}

function makeEntry(position: number): Row {
  const salt = createHash('sha256').update(`salt ${position}`).digest()
  const at = new Date(Date.UTC(2026, 10, 1) + position * 1000)
  const kind = position % 7 === 0 ? 'statement' : 'judgement'
  const body = JSON.stringify({ n: position, text: 'x'.repeat(position % 97) })
  return { position, at, kind, body: null, salt: null, leaf: leafOf({ at, kind, body, salt, leaf: null }) }
}

/** Committed entries up to a length that grows, for a sealer that asks as it asks the database. */
export function entriesPool(length: () => number): StagePool {
  const query = async (sql: string, params: readonly unknown[] = []): Promise<readonly object[]> => {
    if (sql.includes('advisory')) return [{ got: true, held: true }]
    if (sql.includes('max(position)')) return [{ n: length() }]
    const [from = 0, before = 0] = params as number[]
    const end = Math.min(length(), before)
    return Array.from({ length: Math.max(0, end - from) }, (_, i) => entryAt(from + i))
  }
  const tx = { query } as Transaction
  return { query: tx.query, session: (work) => work(tx), transaction: (work) => work(tx) }
}

/** How much is committed when the sealer is asked, one time after the other. */
export const GROWTH = [1, 2, 255, 256, 257, 511, 513, 520] as const

/** What outlives the sealer: the database, and whoever was told that something is published. */
export interface World {
  /** Entries committed. */
  committed: number
  /** Largest size that was acknowledged as published. */
  acknowledged: number
}

/** Seals a log that grows step by step, from where the world stands. */
export async function grow(store: LogStore, signer: CheckpointSigner, world: World): Promise<void> {
  const running = await startSealer({
    pool: entriesPool(() => world.committed),
    store,
    signer,
    identity: { origin: signer.origin, verifierKey: signer.verifierKey, witnesses: [], quorum: 0 },
    witnessing: null,
    clock: systemClock,
    onProblem: () => undefined,
    pollMs: 3_600_000,
  })
  try {
    for (const size of GROWTH) {
      if (size < world.committed) continue
      world.committed = size
      await running.sealNow()
      world.acknowledged = (await running.log.status()).sealed
    }
  } finally {
    await running.stop()
  }
}

/**
 * Reads a whole log as a stranger would.
 *
 * @returns its size; 0 where there is no checkpoint
 * @throws where a tile is missing, is not what it should be, or does not lead to the signed root
 */
export async function checkLog(log: LogReader, verifierKey: string, head = 'checkpoint'): Promise<number> {
  const note = await log.read(head)
  if (note === null) return 0
  const { size, root } = await openCheckpoint(Buffer.from(note).toString('utf8'), parseVerifierKey(verifierKey))
  const tiles = tilesOf(log)
  if (!Buffer.from(await rootAt(size, tiles)).equals(root)) throw new Error(`the tiles of ${size} have another root`)
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = widthAt('entries', index, size)
    const hashes = await tiles({ level: 0, index, width })
    for (const [i, leaf] of decodeBundle(await tiles({ level: 'entries', index, width }), width).entries()) {
      const position = index * TILE_WIDTH + i
      if (!Buffer.from(leaf).equals(leafOf(entryAt(position)))) throw new Error(`entry ${position} is another one`)
      if (!Buffer.from(leafHash(leaf)).equals(hashes.subarray(i * 32, i * 32 + 32))) throw new Error(`hash ${position}`)
    }
  }
  return size
}
