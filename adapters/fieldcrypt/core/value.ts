import type { RowKey } from '../../../engines/fieldcrypt/associated-data.ts'
import { type EncryptedField, type FieldType, tableName } from './encrypted.ts'
import { FieldError } from './field-error.ts'

export type Row = Readonly<Record<string, unknown>>

/** What is encrypted for a value of the application. @throws {FieldError} `wrong_type` */
export function toBytes(field: EncryptedField, value: unknown): Uint8Array {
  if (field.type === 'bytes' && value instanceof Uint8Array) return value
  if (field.type === 'text' && typeof value === 'string') return Buffer.from(value, 'utf8')
  if (field.type === 'json') {
    const text = JSON.stringify(value)
    if (text !== undefined) return Buffer.from(text, 'utf8')
  }
  throw new FieldError('wrong_type', `${nameOf(field)}: expected is ${WORDS[field.type]}`)
}

const WORDS: Readonly<Record<FieldType, string>> = {
  bytes: 'bytes',
  text: 'a text',
  json: 'a value that JSON can write',
}

/** The value of the application again. */
export function fromBytes(type: FieldType, bytes: Buffer): unknown {
  if (type === 'bytes') return bytes
  const text = bytes.toString('utf8')
  return type === 'text' ? text : (JSON.parse(text) as unknown)
}

/**
 * The primary key that an envelope is bound to. Numbers are taken as their decimal text, so that it does not matter whether a driver gives
 * int8 as text, number or bigint.
 *
 * @throws {FieldError} `no_row_key`
 */
export function rowKeyOf(field: EncryptedField, row: Row): RowKey {
  return field.primaryKey.map((column) => {
    const value = row[column]
    if (typeof value === 'string' || value instanceof Uint8Array) return value
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return value.toString()
    throw new FieldError(
      'no_row_key',
      `${nameOf(field)}: “${column}” of the row must be known before it is encrypted or decrypted; select it, or draw it before inserting (nextIds)`,
    )
  })
}

/** @throws {FieldError} `no_row_key` */
export function tenantOf({ tenant, ...field }: EncryptedField, row: Row): string {
  if ('fixed' in tenant) return tenant.fixed
  const value = row[tenant.column]
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return value.toString()
  throw new FieldError('no_row_key', `${nameOf(field)}: “${tenant.column}”, the tenant of the row, must be known`)
}

export const nameOf = (field: Pick<EncryptedField, 'schema' | 'table' | 'column'>): string =>
  `${tableName(field)}.${field.column}`
