import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'

/** Entries read at a time. */
export const BATCH = 4096
/** So many bytes of bodies, as the database stores them, are read at a time; an entry longer than that comes alone. */
const BATCH_BYTES = 16 * 1024 * 1024

/**
 * Leaves of the entries from a position on, in order and without a gap: as many as a batch holds, and at least two where there
 * are two.
 */
export async function leavesFrom(
  pool: Pick<StagePool, 'query'>,
  position: number,
  before = Number.MAX_SAFE_INTEGER,
  most = BATCH,
): Promise<Uint8Array[]> {
  // Positions have no gaps: with both ends given, no plan reads more than these rows.
  const rows = await pool.query<StoredEntry & { position: number }>(
    `select position, at, kind, body, salt, leaf from (
       select e.*, sum(coalesce(pg_column_size(body), 0)) over (order by position) as bytes
       from (select position, at, kind, body, salt, leaf from evidence.entry
             where position >= $1 and position < $2) e) e
     where bytes <= $3 or position <= $1 + 1 order by position`,
    [position, Math.min(before, position + most), BATCH_BYTES],
    'evidence-leaves',
  )
  return rows.map((row, i) => {
    if (row.position !== position + i) {
      throw diverged(
        `entry ${position + i} is missing in the database`,
        `der Eintrag ${position + i} fehlt in der Datenbank`,
      )
    }
    return leafOf(row)
  })
}

/** How many entries the database has. */
export async function entryCount(pool: Pick<StagePool, 'query'>): Promise<number> {
  const [row] = await pool.query<{ n: number }>('select coalesce(max(position) + 1, 0) as n from evidence.entry')
  return row?.n ?? 0
}

export const diverged = (reason: string, reasonDe: string): BergfriedError =>
  new BergfriedError('evidence.diverged', { reason, reasonDe })
