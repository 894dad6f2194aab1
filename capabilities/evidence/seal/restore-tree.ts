import { Tree } from '../../../engines/tlog/append.ts'
import { equal } from '../../../engines/tlog/bytes.ts'
import { TlogError } from '../../../engines/tlog/errors.ts'
import { HASH_SIZE, leafHash } from '../../../engines/tlog/merkle.ts'
import { decodeBundle, TILE_WIDTH, tilePath, widthAt } from '../../../engines/tlog/tile.ts'
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
 * database. Its root is the one that was signed before a single tile is written.
 *
 * @param known - heads that the store may hold whole tiles of, the best first
 * @param signed - what was signed last
 * @throws {BergfriedError} `evidence.diverged` where the entries of the database lead to another root
 */
export async function restoreTree(
  pool: StagePool,
  store: LogStore,
  known: readonly Head[],
  signed: Head,
): Promise<Tree> {
  const has = await entryCount(pool)
  if (has < signed.size) {
    throw diverged(
      `the database has ${has} entries, ${signed.size} are sealed`,
      `die Datenbank hat ${has} Einträge, versiegelt sind ${signed.size}`,
    )
  }
  for (const begin of [...known.map((head) => () => fromStore(store, head)), async () => Tree.empty()]) {
    const trial = await begin()
    if (trial === null || trial.size > signed.size) continue
    await growTo(signed.size, trial, pool, null)
    if (!equal(trial.root, signed.root)) continue
    const tree = await begin()
    if (tree === null) continue
    await growTo(signed.size, tree, pool, store)
    return tree
  }
  throw diverged(
    `the first ${signed.size} entries of the database are not the sealed ones`,
    `die ersten ${signed.size} Einträge der Datenbank sind nicht die versiegelten`,
  )
}

async function growTo(size: number, tree: Tree, pool: StagePool, store: LogStore | null): Promise<void> {
  while (tree.size < size) {
    const leaves = await leavesFrom(pool, tree.size, size)
    if (leaves.length === 0) {
      throw diverged(`entry ${tree.size} is missing in the database`, `der Eintrag ${tree.size} fehlt in der Datenbank`)
    }
    const { tiles } = tree.append(leaves)
    await store?.append(tiles.map(({ id, bytes }) => ({ path: tilePath(id), bytes })))
  }
}

/** The stored tree if its tiles agree with its head. */
async function fromStore(store: LogStore, head: Head): Promise<Tree | null> {
  try {
    const tree = await Tree.load(head.size, tilesOf(store))
    return equal(tree.root, head.root) ? tree : null
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

/** A tile that is missing or is none; not a store that does not answer. */
function isDamage(error: unknown): boolean {
  if (error instanceof TlogError) return true
  return error instanceof BergfriedError && error.code === 'evidence.store' && error.detail['missing'] === 1
}

/** Positions looked at: the newest ones, and some anywhere. */
const NEWEST = 256

/**
 * Compares entries and hashes in the store with the database.
 *
 * @param anywhere - positions to look at beside the newest 256
 * @returns the last leaf, or null where one is another in the store than in the database, or is missing in the store
 */
export async function compareLeaves(
  pool: StagePool,
  store: LogStore,
  size: number,
  anywhere: readonly number[],
): Promise<Uint8Array | null> {
  const ranges = [...anywhere.map((n) => [n, n + 1] as const), [Math.max(0, size - NEWEST), size] as const]
  let last: Uint8Array | null = null
  for (const [from, to] of ranges) {
    const leaves = await leavesFrom(pool, from, to)
    if (leaves.length < to - from) return null
    for (const [i, leaf] of leaves.entries()) {
      if (!(await isStored(store, from + i, size, leaf))) return null
      last = leaf
    }
  }
  return last
}

async function isStored(store: LogStore, position: number, size: number, leaf: Uint8Array): Promise<boolean> {
  const index = Math.floor(position / TILE_WIDTH)
  const width = widthAt(0, index, size)
  const at = position % TILE_WIDTH
  try {
    const hashes = await tilesOf(store)({ level: 0, index, width })
    const bundle = decodeBundle(await tilesOf(store)({ level: 'entries', index, width }), width)
    const hash = hashes.subarray(at * HASH_SIZE, (at + 1) * HASH_SIZE)
    return equal(leafHash(leaf), hash) && equal(bundle[at] ?? new Uint8Array(), leaf)
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}
