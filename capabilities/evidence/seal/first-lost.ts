import { equal } from '../../../engines/tlog/bytes.ts'
import { leafHash } from '../../../engines/tlog/merkle.ts'
import { decodeBundle, TILE_WIDTH, widthAt } from '../../../engines/tlog/tile.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import type { LogReader } from '../log/log-store.ts'
import { tilesOf } from '../log/log-tiles.ts'
import { diverged, leavesFrom } from './entries.ts'

/**
 * The first sealed entry that the database has lost: from there on it ends or has others. All are compared: a restored database
 * is the log's beginning and then something else; one that agrees again later was not restored, somebody changed an entry.
 *
 * @param size - entries under the signed checkpoint
 * @returns its position, or null where the database has every sealed entry
 * @throws {BergfriedError} `evidence.diverged`
 */
export async function firstLost(tx: Transaction, log: LogReader, size: number): Promise<number | null> {
  let first: number | null = null
  let at = 0
  for (let index = 0; at < size; index++) {
    const width = widthAt('entries', index, size)
    const sealed = decodeBundle(await tilesOf(log)({ level: 'entries', index, width }), width)
    await checkBundle(log, index, sealed)
    const own = await ownLeaves(tx, at, at + width)
    for (const [i, leaf] of sealed.entries()) {
      const mine = own[i]
      if (mine === undefined) return first ?? at + i
      if (!equal(mine, leaf)) first ??= at + i
      else if (first !== null) throw changed(first, at + i)
    }
    at += width
  }
  return first
}

/** A batch may be cut short by its bytes. */
async function ownLeaves(tx: Transaction, from: number, to: number): Promise<Uint8Array[]> {
  const leaves: Uint8Array[] = []
  while (from + leaves.length < to) {
    const more = await leavesFrom(tx, from + leaves.length, to)
    if (more.length === 0) break
    leaves.push(...more)
  }
  return leaves
}

/** The root is over the hashes: the entries are the sealed ones only where they have these. */
async function checkBundle(log: LogReader, index: number, entries: readonly Uint8Array[]): Promise<void> {
  const hashes = await tilesOf(log)({ level: 0, index, width: entries.length })
  for (const [i, entry] of entries.entries()) {
    if (equal(leafHash(entry), hashes.subarray(i * 32, i * 32 + 32))) continue
    const position = index * TILE_WIDTH + i
    throw diverged(
      `entry ${position} of the log does not have the hash that was sealed`,
      `der Eintrag ${position} des Protokolls hat nicht den versiegelten Hash`,
    )
  }
}

const changed = (first: number, same: number) =>
  diverged(
    `entry ${first} is another one, entry ${same} behind it is not: this is no restored backup`,
    `der Eintrag ${first} ist ein anderer, der Eintrag ${same} dahinter nicht: das ist keine wiederhergestellte Sicherung`,
  )
