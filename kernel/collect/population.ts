import { createHash, hash } from 'node:crypto'
import { FACTS, type FactKind } from '../../facts/kinds.ts'
import { columnsOf } from '../db/fact-tables.ts'
import { BergfriedError } from '../errors.ts'
import { redactRow } from './redact.ts'

/** More rows of one kind from one system are refused as a whole, never cut off. */
const MOST_ROWS = 200_000

/** The rows of one kind that a collection found: identity (digest) to column values, duplicates folded. */
export class Population {
  readonly kind: FactKind
  readonly rows = new Map<string, string>()

  constructor(kind: FactKind) {
    this.kind = kind
  }

  /**
   * Takes a row in: redacted, checked against the shape, identified.
   *
   * @throws {BergfriedError} `collect.invalid_fact`, `collect.too_large`
   */
  add(row: Readonly<Record<string, unknown>>): void {
    const shape = FACTS.get(this.kind)?.shape
    const parsed = shape?.safeParse(redactRow(row))
    if (parsed?.success !== true) {
      const issue = parsed?.error.issues[0]
      throw new BergfriedError('collect.invalid_fact', {
        kind: this.kind,
        path: issue?.path.join('.') ?? '',
        reason: issue?.message ?? 'unknown kind',
      })
    }
    const values: Record<string, unknown> = {}
    for (const { field, column } of columnsOf(this.kind))
      values[column] = (parsed.data as Record<string, unknown>)[field]
    const json = cleanJson(values)
    this.rows.set(factDigest(this.kind, json), json)
    if (this.rows.size > MOST_ROWS) {
      throw new BergfriedError('collect.too_large', { what: this.kind, limit: `${MOST_ROWS} rows` })
    }
  }

  /** SHA-256 over the sorted identities of all rows: what a collection vouches for in the evidence. */
  digest(): string {
    const sum = createHash('sha256')
    for (const id of [...this.rows.keys()].sort()) sum.update(id)
    return sum.digest('hex')
  }
}

/** PostgreSQL text holds no NUL, and JSON in it no lone surrogate: both become the replacement character. */
const cleanJson = (values: object): string =>
  JSON.stringify(values, (_key, value) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
  )

/** Identity of a fact: the first 128 bits of SHA-256 over kind and values, as a UUID. */
export function factDigest(kind: FactKind, json: string): string {
  const hex = hash('sha256', `${kind}\n${json}`, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
