import { and, eq, getTableColumns, inArray, type SQL } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { customType, getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import { FieldError } from '../core/field-error.ts'
import type { Fields } from '../core/fields.ts'
import type { Row } from '../core/value.ts'

/** First bytes of every envelope (`engines/fieldcrypt/envelope.ts`), and of every index value its length. */
const ENVELOPE = Buffer.from('bf01', 'hex')

/** A column for envelopes. Anything else is refused before it is sent, so that clear text cannot slip past the helpers. */
export const encryptedColumn = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver(value) {
    if (!Buffer.isBuffer(value) || !value.subarray(0, 2).equals(ENVELOPE))
      throw new FieldError(
        'wrong_type',
        'only envelopes are written here: insert and change rows with encryptedDrizzle',
      )
    return value
  },
})

/** A column for the blind index beside it: 32 bytes. */
export const indexColumn = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver(value) {
    if (!Buffer.isBuffer(value) || value.length !== 32)
      throw new FieldError('wrong_type', 'only values of a blind index are written here')
    return value
  },
})

/**
 * Encrypted columns for applications that use Drizzle. Its column types see a value and never its row, so whole rows are sealed and
 * opened here; rows carry the names of the columns in the schema of Drizzle.
 */
export const encryptedDrizzle = (db: Pick<NodePgDatabase, 'insert' | 'update' | 'select'>, fields: Fields) =>
  new EncryptedDrizzle(db, fields)

class EncryptedDrizzle {
  readonly #db: Pick<NodePgDatabase, 'insert' | 'update' | 'select'>
  readonly #fields: Fields

  constructor(db: Pick<NodePgDatabase, 'insert' | 'update' | 'select'>, fields: Fields) {
    this.#db = db
    this.#fields = fields
  }

  /** @throws {FieldError} `no_row_key`: keys must be in the rows */
  async insert(table: PgTable, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    const names = namesOf(table)
    const sealed = await Promise.all(rows.map((row) => this.#fields.seal(names.table, names.stored(row))))
    await this.#db.insert(table).values(sealed.map((row) => names.application(row)))
  }

  /** Changes one row. @param key - its primary key, and its tenant where that is a column @returns whether it was there */
  async update(table: PgTable, key: Row, changes: Row): Promise<boolean> {
    const names = namesOf(table)
    const stored = names.stored(changes)
    const bound = this.#fields
      .of(names.table)
      .flatMap(({ primaryKey, tenant }) => [...primaryKey, 'column' in tenant ? tenant.column : ''])
    const moved = Object.keys(stored).find((column) => bound.includes(column))
    if (moved !== undefined)
      throw new FieldError('no_row_key', `values are bound to “${moved}”, which cannot be changed`)
    const where = Object.entries(key).map(([name, value]) => eq(names.column(name), value))
    if (where.length === 0) throw new FieldError('no_row_key', 'without a key no row can be changed')
    const sealed = names.application(await this.#fields.seal(names.table, stored, names.stored(key)))
    const done = await this.#db
      .update(table)
      .set(sealed)
      .where(and(...where))
    return done.rowCount === 1
  }

  /** Whole rows, opened; columns of indexes are left out. */
  async select(table: PgTable, where?: SQL): Promise<Record<string, unknown>[]> {
    const names = namesOf(table)
    const rows: Row[] = await this.#db.select().from(table).where(where)
    const opened = rows.map((row) => this.#fields.open(names.table, names.stored(row)))
    return (await Promise.all(opened)).map((row) => names.application(row))
  }

  /**
   * A condition for `select`: where a declared column is this value. Candidates, where the index is not over random secrets: compare them.
   *
   * @throws {FieldError} `not_searchable`
   */
  async equals(table: PgTable, column: string, value: unknown, tenant?: string): Promise<SQL> {
    const names = namesOf(table)
    const field = this.#fields.one(names.table, names.column(column).name)
    const hits = await this.#fields.search(names.table, field.column, value, tenant)
    return inArray(names.column(names.name(field.index?.column ?? '')), hits)
  }
}

/** Drizzle calls columns what the schema does; the database may call them something else. */
function namesOf(table: PgTable) {
  const columns = new Map<string, PgColumn>(Object.entries(getTableColumns(table)))
  const { name, schema } = getTableConfig(table)
  const back = new Map([...columns].map(([key, column]) => [column.name, key]))
  const column = (key: string): PgColumn => {
    const found = columns.get(key)
    if (found === undefined) throw new FieldError('not_declared', `${name} has no column ${key.slice(0, 80)}`)
    return found
  }
  return {
    table: `${schema ?? 'public'}.${name}`,
    column,
    name: (stored: string) => back.get(stored) ?? stored,
    stored: (row: Row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [column(key).name, value])),
    application: (row: Row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [back.get(key) ?? key, value])),
  }
}
