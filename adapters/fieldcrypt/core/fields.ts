import type { Indexed } from '../../../engines/fieldcrypt/blind-index.ts'
import { type EncryptedField, tableName } from './encrypted.ts'
import { FieldError } from './field-error.ts'
import type { FieldKeys } from './field-keys.ts'
import { fromBytes, nameOf, type Row, rowKeyOf, tenantOf, toBytes } from './value.ts'

/** All declared columns with their keys: what every adapter is made of. */
export class Fields {
  readonly keys: FieldKeys
  readonly #byTable = new Map<string, EncryptedField[]>()

  constructor(keys: FieldKeys, fields: readonly EncryptedField[]) {
    this.keys = keys
    for (const field of fields) {
      const own = this.#byTable.get(tableName(field)) ?? []
      if (own.some(({ column }) => column === field.column)) throw new TypeError(`${nameOf(field)} is declared twice`)
      this.#byTable.set(tableName(field), [...own, field])
    }
  }

  /** Declared columns of a table, `schema.table` or, of public, the table alone. */
  of(table: string): readonly EncryptedField[] {
    return this.#byTable.get(table) ?? this.#byTable.get(`public.${table}`) ?? []
  }

  all(): readonly EncryptedField[] {
    return [...this.#byTable.values()].flat()
  }

  /** @throws {FieldError} `not_declared` */
  one(table: string, column: string): EncryptedField {
    const field = this.of(table).find((f) => f.column === column)
    if (field === undefined) throw new FieldError('not_declared', `${table}.${column} is not declared as encrypted`)
    return field
  }

  /**
   * A row as it is stored: declared columns that it has become envelopes, index columns are added. Null stays null.
   *
   * @param known - what of the row is not in it: its key, its tenant
   * @throws {FieldError} `no_row_key`, `wrong_type`; {FieldcryptError}
   */
  async seal(table: string, row: Row, known: Row = {}): Promise<Record<string, unknown>> {
    const sealed: Record<string, unknown> = { ...row }
    const whole = { ...known, ...row }
    for (const field of this.of(table)) {
      const { column, index } = field
      if (!(column in row)) continue
      const value = row[column]
      if (value === undefined) continue
      if (value === null) {
        sealed[column] = null
        if (index !== null) sealed[index.column] = null
        continue
      }
      const tenant = tenantOf(field, whole)
      const key = rowKeyOf(field, whole)
      const bytes = toBytes(field, value)
      sealed[column] = await this.keys.with(field, tenant, (cipher) => cipher.encrypt(key, bytes))
      if (index !== null) sealed[index.column] = (await this.keys.index(field, tenant)).value(indexed(field, value))
    }
    return sealed
  }

  /**
   * A stored row as the application sees it.
   *
   * @throws {FieldError} `no_row_key`; {FieldcryptError} `unverified` where a value is not of this row, `malformed` where it is in clear
   */
  async open(table: string, row: Row): Promise<Record<string, unknown>> {
    const opened: Record<string, unknown> = { ...row }
    for (const field of this.of(table)) {
      const { column, clear, index } = field
      if (column in row) opened[column] = await this.openValue(field, row[column], row)
      if (clear !== null && clear in row) {
        opened[column] ??= row[clear]
        delete opened[clear]
      }
      if (index !== null) delete opened[index.column]
    }
    return opened
  }

  /** One stored value. @param row - where its primary key and tenant are */
  async openValue(field: EncryptedField, value: unknown, row: Row): Promise<unknown> {
    if (value === null || value === undefined) return value
    if (!(value instanceof Uint8Array)) throw new FieldError('wrong_type', `${nameOf(field)}: expected is bytea`)
    const key = rowKeyOf(field, row)
    const bytes = await this.keys.with(field, tenantOf(field, row), (cipher) => cipher.decrypt(key, value))
    return fromBytes(field.type, bytes)
  }

  /**
   * What an index column is compared with: `index_column = any($1)`. Hits are candidates: open and compare them, where the index is not
   * over random secrets.
   *
   * @throws {FieldError} `not_searchable`, `not_declared`
   */
  async search(table: string, column: string, value: unknown, tenant = 'default'): Promise<Buffer[]> {
    const field = this.one(table, column)
    const index = await this.keys.index(field, 'fixed' in field.tenant ? field.tenant.fixed : tenant)
    return value === null ? [] : index.search(indexed(field, value))
  }
}

function indexed(field: EncryptedField, value: unknown): Indexed {
  if (typeof value === 'string' || value instanceof Uint8Array) return value
  throw new FieldError('not_searchable', `${nameOf(field)}: only text and bytes can be searched`)
}
