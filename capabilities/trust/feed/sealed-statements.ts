import type { StagePool } from '../../../kernel/db/database.ts'
import { leafOf, PUBLIC_KIND } from '../../../kernel/ledger/leaf.ts'
import { Refuted } from '../../../verifier/refuse.ts'
import { joinParts, type Sealed } from '../../../verifier/statement-steps.ts'
import type { StatementPart } from '../statement/latest.ts'

/** A statement with the exact bytes that the log holds of it. */
export interface SealedStatement {
  readonly parts: readonly StatementPart[]
  readonly sealed: Sealed
  /** Just behind its last part. */
  readonly end: number
}

interface Row {
  readonly position: number
  readonly at: Date
  readonly body: string | null
}

const ROWS_AT_ONCE = 200

/** Complete statements from a place on and below a size of the log, in order. What is incomplete or lost is left out. */
export async function* statementsFrom(pool: StagePool, from: number, size: number): AsyncGenerator<SealedStatement> {
  let place = from
  let held: Row[] = []
  while (true) {
    const rows = await pool.query<Row>(
      `select position, at, body from evidence.entry
       where kind = 'statement' and position >= $1 and position < $2 order by position limit ${ROWS_AT_ONCE}`,
      [place, size],
    )
    for (const row of rows) {
      place = row.position + 1
      if (row.body === null) {
        held = []
        continue
      }
      const { part, parts } = JSON.parse(row.body) as { part: number; parts: number }
      held = part === 0 ? [row] : [...held, row]
      if (held.length < parts) continue
      const found = joined(held)
      held = []
      if (found !== null) yield { ...found, end: place }
    }
    if (rows.length < ROWS_AT_ONCE) return
  }
}

function joined(rows: readonly Row[]): Omit<SealedStatement, 'end'> | null {
  const parts = rows.map(({ position, at, body }) => ({
    position,
    entry: new TextDecoder().decode(leafOf({ at, kind: PUBLIC_KIND, body, salt: new Uint8Array(0), leaf: null })),
  }))
  try {
    return { parts, sealed: joinParts(parts.map((p) => p.entry)) }
  } catch (error) {
    if (error instanceof Refuted) return null
    throw error
  }
}
