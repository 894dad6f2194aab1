import type { Transaction } from '../../../../kernel/db/database.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import { PUBLIC_KIND, type StoredEntry } from '../../../../kernel/ledger/leaf.ts'
import { rowsOf } from '../cursor.ts'
import { CONCERNS, concernParams, type Scope } from '../scope.ts'

/** A row of evidence.entry. */
export interface EntryRow extends StoredEntry {
  readonly position: number
}

/**
 * First and last position of the entries between two instants, both included, below `size`; null where there are none. Times
 * of entries are those of what they tell of, so an entry in between may be a little older or younger than the window.
 */
export async function windowOf(
  tx: Transaction,
  from: Date,
  to: Date,
  size: number,
): Promise<readonly [number, number] | null> {
  const [row] = await tx.query<{ first: number | null; last: number | null }>(
    'select min(position) as first, max(position) as last from evidence.entry where at between $1 and $2 and position < $3',
    [from, to, size],
  )
  return row?.first == null || row.last === null ? null : [row.first, row.last]
}

/** The entries of a window that concern a scope, by position. */
export const entriesOf = (tx: Transaction, scope: Scope, window: readonly [number, number]): AsyncGenerator<EntryRow> =>
  rowsOf<EntryRow>(
    tx,
    'entries',
    `select e.position, e.at, e.kind, e.body, e.salt, e.leaf from evidence.entry e
     where e.position between $5 and $6 and (e.body is null or ${CONCERNS}) order by e.position`,
    [...concernParams(scope), ...window],
  )

/** A line of `openings/`. */
export const openingOf = (entry: EntryRow & { readonly body: string }): Json => ({
  at: entry.at.toISOString(),
  body: entry.body,
  kind: entry.kind,
  position: entry.position,
  salt: entry.kind === PUBLIC_KIND || entry.salt === null ? null : Buffer.from(entry.salt).toString('hex'),
})
