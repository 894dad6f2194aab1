import type { StagePool } from '../../../kernel/db/database.ts'
import { leafOf, PUBLIC_KIND } from '../../../kernel/ledger/leaf.ts'

/** One part of a statement: its place in the log and its exact bytes there. */
export interface StatementPart {
  readonly position: number
  readonly entry: string
}

interface Row {
  readonly position: number
  readonly at: Date
  readonly body: string | null
}

/** As many parts as a statement can have. */
const MOST_PARTS = 64

/** A statement has its parts side by side in one transaction; others may come in between. */
const LATEST = `
  select position, at, body from evidence.entry
  where kind = 'statement' and position < $1 order by position desc limit ${MOST_PARTS}`

/**
 * The newest statement with all its parts below a size of the log, or null: none, or its body is lost.
 *
 * @param pool - as `bf_publish`
 */
export async function latestStatement(pool: StagePool, size: number): Promise<readonly StatementPart[] | null> {
  const rows = await pool.query<Row>(LATEST, [size])
  const complete = rows.findIndex((row, i) => partsFrom(rows, i) !== null || row.body === null)
  return complete < 0 ? null : partsFrom(rows, complete)
}

/** The parts of the statement whose last part is at this place, newest first; null where they are not all there. */
function partsFrom(rows: readonly Row[], last: number): readonly StatementPart[] | null {
  const end = partOf(rows[last])
  if (end === null || end.part !== end.parts - 1) return null
  const found = rows.slice(last, last + end.parts).toReversed()
  const fit = found.length === end.parts && found.every((row, i) => partOf(row)?.part === i && same(row, rows[last]))
  return fit ? found.map((row) => ({ position: row.position, entry: entryOf(row) })) : null
}

const same = (a: Row, b: Row | undefined): boolean => a.at.getTime() === b?.at.getTime()

function partOf(row: Row | undefined): { readonly part: number; readonly parts: number } | null {
  if (row === undefined || row.body === null) return null
  const { part, parts } = JSON.parse(row.body) as { part: number; parts: number }
  return { part, parts }
}

/** The salt is for bodies that stay closed; a statement is open. */
const entryOf = ({ at, body }: Row): string =>
  new TextDecoder().decode(leafOf({ at, kind: PUBLIC_KIND, body, salt: new Uint8Array(0), leaf: null }))
