import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { StoredEntry } from '../../../kernel/ledger/leaf.ts'

export interface ListedEntry {
  readonly position: number
  readonly at: string
  readonly kind: string
  /** Canonical JSON; null where only the log still has the entry. */
  readonly body: string | null
}

export interface ListQuestion {
  readonly kinds: readonly string[] | null
  readonly from: Date | null
  readonly to: Date | null
  /** Only entries below this position. */
  readonly before: number | null
  readonly limit: number
}

/** Entries, newest first. */
export async function listEntries(pool: StagePool, question: ListQuestion): Promise<readonly ListedEntry[]> {
  const { kinds, from, to, before, limit } = question
  const rows = await pool.query<Omit<ListedEntry, 'at'> & { at: Date }>(
    `select position, at, kind, body from evidence.entry
     where ($1::text[] is null or kind = any($1)) and ($2::timestamptz is null or at >= $2)
       and ($3::timestamptz is null or at <= $3) and ($4::bigint is null or position < $4)
     order by position desc limit $5`,
    [kinds, from, to, before, limit],
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

/** One entry with everything that is stored of it. @throws {BergfriedError} `http.not_found` */
export async function readEntry(audit: StagePool, position: number): Promise<StoredEntry & { position: number }> {
  const [row] = await audit.query<StoredEntry & { position: number }>(
    'select position, at, kind, body, salt, leaf from evidence.entry where position = $1',
    [position],
  )
  if (row === undefined) throw new BergfriedError('http.not_found', { what: `entry ${position}` })
  return row
}
