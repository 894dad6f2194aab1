import { Tree } from '../../../engines/tlog/append.ts'
import { equal } from '../../../engines/tlog/bytes.ts'
import { leafHash } from '../../../engines/tlog/merkle.ts'
import { TILE_WIDTH, tilePath, widthAt } from '../../../engines/tlog/tile.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { LogStore } from '../log/log-store.ts'
import { tilesOf } from '../log/log-tiles.ts'
import { diverged, entryCount, leavesFrom } from './entries.ts'

export interface Head {
  readonly size: number
  readonly root: Uint8Array
}

/**
 * The tree that was signed last, from the store; where its tiles are older, torn or gone, they are made again from the
 * database. In any case its root must be the one that was signed.
 *
 * @param stored - head that the store last knew of, or null
 * @param signed - what the keeper signed last
 * @throws {BergfriedError} `evidence.diverged` where the entries of the database lead to another root
 */
export async function restoreTree(pool: StagePool, store: LogStore, stored: Head | null, signed: Head): Promise<Tree> {
  const has = await entryCount(pool)
  if (has < signed.size) {
    throw diverged(
      'the database has fewer entries than were sealed',
      'die Datenbank hat weniger Einträge als versiegelt',
      has,
    )
  }
  const kept = await fromStore(store, stored, signed)
  if (kept !== null && kept.size === signed.size) return kept
  const tree = kept ?? Tree.empty()
  while (tree.size < signed.size) {
    const leaves = await leavesFrom(pool, tree.size, signed.size)
    if (leaves.length === 0) throw diverged('an entry is missing', 'ein Eintrag fehlt', tree.size)
    await store.append(tree.append(leaves).tiles.map(({ id, bytes }) => ({ path: tilePath(id), bytes })))
  }
  if (equal(tree.root, signed.root)) return tree
  // What was kept in the store may be of another history than the database: only from the beginning it counts.
  if (kept !== null) return restoreTree(pool, store, null, signed)
  throw diverged('its entries are not the sealed ones', 'ihre Einträge sind nicht die versiegelten', signed.size)
}

/** The stored tree if it is no larger than what was signed and its tiles agree with its head. */
async function fromStore(store: LogStore, stored: Head | null, signed: Head): Promise<Tree | null> {
  if (stored === null || stored.size > signed.size) return null
  try {
    const tree = await Tree.load(stored.size, tilesOf(store))
    return equal(tree.root, stored.root) ? tree : null
  } catch (error) {
    if (error instanceof BergfriedError && error.code === 'evidence.store') return null
    if ((error as Error).name === 'TlogError') return null
    throw error
  }
}

/** Positions looked at: the newest ones, and some anywhere. */
const NEWEST = 256

/**
 * Compares sealed leaves with the database.
 *
 * @param anywhere - positions to look at beside the newest 256
 * @throws {BergfriedError} `evidence.diverged`
 */
export async function compareLeaves(
  pool: StagePool,
  store: LogStore,
  size: number,
  anywhere: readonly number[],
): Promise<void> {
  const newest = Math.max(0, size - NEWEST)
  for (const [from, to] of [...anywhere.map((n) => [n, n + 1] as const), [newest, size] as const]) {
    if (from >= to || to > size) continue
    const leaves = await leavesFrom(pool, from, to)
    if (leaves.length < to - from) throw diverged('an entry is missing', 'ein Eintrag fehlt', from + leaves.length)
    for (const [i, leaf] of leaves.entries()) {
      const position = from + i
      const index = Math.floor(position / TILE_WIDTH)
      const tile = await tilesOf(store)({ level: 0, index, width: widthAt(0, index, size) })
      const at = (position % TILE_WIDTH) * 32
      if (!equal(leafHash(leaf), tile.subarray(at, at + 32))) {
        throw diverged(
          'an entry is another one than the sealed',
          'ein Eintrag ist ein anderer als der versiegelte',
          position,
        )
      }
    }
  }
}
