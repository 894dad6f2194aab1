import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'

/** Entries read at a time. */
export const BATCH = 4096

/** Leaves of the entries from a position on, at most {@link BATCH} of them, in order and without a gap. */
export async function leavesFrom(
  pool: StagePool,
  position: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<Uint8Array[]> {
  const rows = await pool.query<StoredEntry & { position: number }>(
    'select position, at, kind, body, salt, leaf from evidence.entry where position >= $1 and position < $2 order by position limit $3',
    [position, before, BATCH],
    'evidence-leaves',
  )
  return rows.map((row, i) => {
    if (row.position !== position + i) throw diverged('an entry is missing', 'ein Eintrag fehlt', position + i)
    return leafOf(row)
  })
}

/** Leaf of one entry, or null where there is none. */
export async function leafAt(pool: StagePool, position: number): Promise<Uint8Array | null> {
  return (await leavesFrom(pool, position, position + 1))[0] ?? null
}

/** How many entries the database has. */
export async function entryCount(pool: StagePool): Promise<number> {
  const [row] = await pool.query<{ n: number }>('select coalesce(max(position) + 1, 0) as n from evidence.entry')
  return row?.n ?? 0
}

export const diverged = (reason: string, reasonDe: string, position: number): BergfriedError =>
  new BergfriedError('evidence.diverged', { reason: `${reason} (${position})`, reasonDe: `${reasonDe} (${position})` })
