import type { Pool, PoolClient, QueryResult } from 'pg'
import type { KeyProvider } from '../../../engines/fieldcrypt/provider.ts'
import { type EncryptedField, quoted, tableName } from '../core/encrypted.ts'
import { FieldError } from '../core/field-error.ts'
import { FieldKeys } from '../core/field-keys.ts'
import { Fields } from '../core/fields.ts'
import { KEY_TABLES, type Sql } from '../core/key-table.ts'
import { nameOf, type Row } from '../core/value.ts'

export interface EncryptedPgOptions {
  readonly pool: Pool
  readonly fields: readonly EncryptedField[]
  /** The first one wraps new keys. */
  readonly providers: readonly [KeyProvider, ...KeyProvider[]]
  readonly now: () => Date
  readonly refreshMs?: number
}

type Client = Pick<Pool | PoolClient, 'query'>

/** A parameter of PostgreSQL's protocol is numbered with 16 bits. */
const MOST_PARAMETERS = 60_000

/** Encrypted columns for applications that use `pg` itself. */
export class EncryptedPg {
  readonly fields: Fields
  readonly #pool: Pool
  readonly #places = new Map<EncryptedField, Place>()

  constructor({ pool, fields, providers, now, refreshMs }: EncryptedPgOptions) {
    this.#pool = pool
    const keys = new FieldKeys({
      sql: pool as unknown as Sql,
      transaction: (work) => inTransaction(pool, work),
      providers,
      now,
      ...(refreshMs === undefined ? {} : { refreshMs }),
    })
    this.fields = new Fields(keys, fields)
  }

  /** Makes the key tables where they are missing. */
  async prepare(): Promise<void> {
    await this.#pool.query(KEY_TABLES)
  }

  /** Runs a query; declared columns in its result come decrypted, whatever they are called there. Their primary key has to be in the result, too. */
  async query<R extends object = Row>(
    text: string,
    values: readonly unknown[] = [],
    client: Client = this.#pool,
  ): Promise<R[]> {
    const result = await client.query({ text, values: [...values], rowMode: 'array' })
    return (await this.#opened(result as unknown as QueryResult<unknown[]>)) as R[]
  }

  /** Inserts rows, in as few statements as it takes; declared columns in clear, with their primary key. @returns how many */
  async insert(table: string, rows: readonly Row[], client: Client = this.#pool): Promise<number> {
    if (rows.length === 0) return 0
    const sealed = await Promise.all(rows.map((row) => this.fields.seal(table, row)))
    const columns = [...new Set(sealed.flatMap((row) => Object.keys(row)))]
    const most = Math.max(1, Math.floor(MOST_PARAMETERS / columns.length))
    for (let at = 0; at < sealed.length; at += most) {
      const part = sealed.slice(at, at + most)
      const places = part.map((_, r) => `(${columns.map((_, c) => `$${r * columns.length + c + 1}`).join(', ')})`)
      const values = part.flatMap((row) => columns.map((column) => row[column] ?? null))
      const names = columns.map((column) => quoted(column)).join(', ')
      await client.query(`insert into ${tableText(table)} (${names}) values ${places.join(', ')}`, values)
    }
    return rows.length
  }

  /** Changes one row. @param key - its primary key, and its tenant where that is a column @returns whether it was there */
  async update(table: string, key: Row, changes: Row, client: Client = this.#pool): Promise<boolean> {
    const sealed = await this.fields.seal(table, changes, key)
    const set = Object.keys(sealed)
    const where = Object.keys(key)
    if (set.length === 0) return false
    const text = `update ${tableText(table)} set ${set.map((c, i) => `${quoted(c)} = $${i + 1}`).join(', ')}
      where ${where.map((c, i) => `${quoted(c)} = $${set.length + i + 1}`).join(' and ')}`
    const done = await client.query(text, [...set.map((c) => sealed[c]), ...where.map((c) => key[c])])
    return done.rowCount === 1
  }

  /** What `index_column = any($n)` is given. */
  search(table: string, column: string, value: unknown, tenant?: string): Promise<Buffer[]> {
    return this.fields.search(table, column, value, tenant)
  }

  /** Draws ids from the sequence of a serial or identity column, so that rows can be encrypted before they are inserted. */
  async nextIds(table: string, column: string, count: number, client: Client = this.#pool): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(
      'select nextval(pg_get_serial_sequence($1, $2))::text as id from generate_series(1, $3)',
      [tableText(table), column, count],
    )
    return rows.map(({ id }) => id)
  }

  async #opened({ fields: described, rows }: QueryResult<unknown[]>): Promise<Record<string, unknown>[]> {
    const names = described.map(({ name }) => name)
    const own = await this.#declaredIn(described)
    const out = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])))
    for (const { field, at, key } of own)
      for (const [n, row] of rows.entries()) {
        const known = Object.fromEntries([...key].map(([column, place]) => [column, row[place]]))
        const target = out[n]
        if (target !== undefined) target[names[at] ?? ''] = await this.fields.openValue(field, row[at], known)
      }
    return out
  }

  /** Which columns of a result are declared ones, by what the server says of them: table and number. */
  async #declaredIn(described: QueryResult['fields']) {
    const found: { field: EncryptedField; at: number; key: Map<string, number> }[] = []
    for (const field of this.fields.all()) {
      const place = await this.#placeOf(field)
      for (const [at, { tableID, columnID }] of described.entries()) {
        if (tableID !== place.table || columnID !== place.column) continue
        const key = new Map<string, number>()
        for (const [column, number] of place.key) {
          const where = described.findIndex((d) => d.tableID === place.table && d.columnID === number)
          if (where === -1)
            throw new FieldError(
              'no_row_key',
              `${nameOf(field)}: select “${column}” of the same row as well, to decrypt it`,
            )
          key.set(column, where)
        }
        found.push({ field, at, key })
      }
    }
    return found
  }

  async #placeOf(field: EncryptedField): Promise<Place> {
    const known = this.#places.get(field)
    if (known !== undefined) return known
    const { rows } = await this.#pool.query<{ oid: number; name: string; number: number }>(
      `select c.oid::int8::int as oid, a.attname as name, a.attnum as number from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.oid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`,
      [quoted(field.schema, field.table)],
    )
    const numbers = new Map(rows.map(({ name, number }) => [name, number]))
    const [first] = rows
    const column = numbers.get(field.column)
    if (first === undefined || column === undefined)
      throw new FieldError('not_declared', `${nameOf(field)} does not exist`)
    const wanted = [...field.primaryKey, ...('column' in field.tenant ? [field.tenant.column] : [])]
    const key = new Map(wanted.map((name) => [name, numbers.get(name) ?? -1]))
    const place = { table: first.oid, column, key }
    this.#places.set(field, place)
    return place
  }
}

interface Place {
  readonly table: number
  readonly column: number
  readonly key: ReadonlyMap<string, number>
}

const tableText = (table: string): string => quoted(...table.split('.'))

/** Of the declaration, for statements written by hand. */
export const tableOf = (field: EncryptedField): string => tableName(field)

async function inTransaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client as unknown as Sql)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
