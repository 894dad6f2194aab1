import { CanonicalWriter, type Part } from './canonical.ts'
import { invalid } from './errors.ts'

/** A column of one tenant. */
export interface Column {
  readonly tenant: string
  readonly table: string
  readonly column: string
}

/**
 * The primary key of a row, its components in the declared order. A UUID made before the insert is best: whoever changes
 * the key of a row has to encrypt its fields again.
 */
export type RowKey = readonly Part[]

/** Columns of a primary key. PostgreSQL takes no more in one index. */
const MAX_KEY_PARTS = 32

/** What of a column does not change from value to value, encoded once. */
export class AssociatedData {
  readonly #writer = new CanonicalWriter()
  readonly #fixed: number

  /** `header` is the envelope's header under one key (`headerFor`). */
  constructor(header: Uint8Array, column: Column) {
    this.#writer.raw(header)
    writeColumn(this.#writer, column)
    this.#fixed = this.#writer.length
  }

  /**
   * Header, tenant, table, column, then the row: different input gives different bytes. Valid until the next call.
   */
  encode(row: RowKey | EncodedRow, revision?: number | bigint): Uint8Array {
    this.#writer.reset(this.#fixed)
    if (row instanceof EncodedRow) this.#writer.raw(row.bytes)
    else writeRow(this.#writer, row, revision)
    return this.#writer.bytes()
  }
}

/**
 * A row that is encoded already, for whoever handles several columns of it or hands it to another thread. `writeRow` made the bytes.
 */
export class EncodedRow {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/**
 * The number of key components, each of them, the revision.
 *
 * `revision` is a counter that the row holds in the clear. With it, an older ciphertext of the same cell is refused.
 */
export function writeRow(writer: CanonicalWriter, key: RowKey, revision?: number | bigint): void {
  if (!Array.isArray(key) || key.length === 0) throw invalid('a row without a primary key cannot be bound')
  if (key.length > MAX_KEY_PARTS) throw invalid(`a primary key of more than ${MAX_KEY_PARTS} columns`)
  writer.count(key.length)
  for (const part of key) writer.part(part, 'a component of the primary key')
  if (revision === undefined) writer.absent()
  else if (typeof revision === 'number' || typeof revision === 'bigint') writer.part(revision, 'a revision')
  else throw invalid('a revision is an integer')
}

/** Tenant, table and column as three parts. Errors: `invalid` where one is empty. */
export function writeColumn(writer: CanonicalWriter, { tenant, table, column }: Column): void {
  for (const [what, name] of [
    ['the tenant', tenant],
    ['the table', table],
    ['the column', column],
  ] as const) {
    // An empty name is a name that was forgotten.
    if (typeof name !== 'string' || name === '') throw invalid(`${what} needs a name`)
    writer.part(name, what)
  }
}
