import type { Cardinality } from '../../../engines/fieldcrypt/index-bits.ts'
import type { Normalisation } from '../../../engines/fieldcrypt/normalise.ts'

/** Where the tenant of a row is: a column of it, or the same for all. */
export type TenantOf = { readonly column: string } | { readonly fixed: string }

/** What the application sees of a column: text, JSON, or bytes. */
export type FieldType = 'text' | 'json' | 'bytes'

export interface IndexDeclaration {
  /** The bytea column beside it that holds the blind index. */
  readonly column: string
  readonly cardinality: Cardinality
  readonly normalisation?: Normalisation
}

export interface FieldDeclaration {
  /** `schema.table`; without a schema, public. */
  readonly table: string
  /** A bytea column. */
  readonly column: string
  /** Columns of the primary key, in the order that envelopes are bound to. Never change it. */
  readonly primaryKey?: readonly string[]
  readonly tenant?: TenantOf
  readonly type?: FieldType
  readonly index?: IndexDeclaration
  /** While an existing column is being encrypted: the column that still holds clear values. */
  readonly clear?: string
}

/** A column that the application uses in the clear and the database sees as ciphertext. */
export interface EncryptedField {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly primaryKey: readonly string[]
  readonly tenant: TenantOf
  readonly type: FieldType
  readonly index: IndexDeclaration | null
  readonly clear: string | null
}

/** Declares a column once; everything else follows from it. @throws {TypeError} a name that is none */
export function encrypted(declaration: FieldDeclaration): EncryptedField {
  const { table, primaryKey = ['id'], tenant = { fixed: 'default' }, type = 'text', index, clear } = declaration
  const [first = '', second, more] = table.split('.')
  if (more !== undefined) throw new TypeError(`${table}: expected schema.table`)
  const field: EncryptedField = {
    schema: second === undefined ? 'public' : first,
    table: second ?? first,
    column: declaration.column,
    primaryKey,
    tenant,
    type,
    index: index ?? null,
    clear: clear ?? null,
  }
  const names = [field.schema, field.table, field.column, ...primaryKey, index?.column ?? 'x', clear ?? 'x']
  for (const name of names) checkName(name)
  if (primaryKey.length === 0) throw new TypeError(`${table}: a row without a primary key cannot be bound`)
  return field
}

/** `schema.table`, as keys are bound to it. */
export const tableName = ({ schema, table }: Pick<EncryptedField, 'schema' | 'table'>): string => `${schema}.${table}`

/** An identifier in quotes (PostgreSQL manual, “Identifiers and Key Words”). */
export const quoted = (...names: readonly string[]): string =>
  names.map((name) => `"${checkName(name).replaceAll('"', '""')}"`).join('.')

function checkName(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63)
    throw new TypeError(`no name: ${name.slice(0, 80)}`)
  return name
}
