import { type EncryptedField, quoted } from '../core/encrypted.ts'

/** Statements of one re-encryption, and how rows are named in them. */
export interface Statements {
  /** Columns of the primary key and, where it is one, of the tenant. */
  readonly key: readonly string[]
  /** Rows after a position, in order of the primary key. Parameters: limit, the tenant where it is a column, the position. */
  readonly after: string
  /** The first rows. Parameters: limit, the tenant where it is a column. */
  readonly first: string
  /** Exchanges values where they are still what was read. Parameters: an array per key column, old, new, index. */
  readonly exchange: string
  /** Parameters: the tenant where it is a column. */
  readonly count: string
}

/**
 * @param types - of the columns of the primary key, as `format_type` writes them
 * @param keyId - the key that values shall be under; rows under it are passed over
 * @param everybody - true: rows of all tenants, and no parameter for one
 */
export function statementsOf(
  field: EncryptedField,
  types: readonly string[],
  keyId: number,
  everybody = false,
): Statements {
  const { schema, table, column, primaryKey, tenant, clear, index } = field
  const relation = quoted(schema, table)
  const key = [...primaryKey, ...('column' in tenant && !primaryKey.includes(tenant.column) ? [tenant.column] : [])]
  const sealed = quoted(column)
  const header = `'\\xbf0101${keyId.toString(16).padStart(8, '0')}'::bytea`
  const outdated = `(${sealed} is not null and substring(${sealed} from 1 for 7) <> ${header})`
  const inClear = clear === null ? 'false' : `(${sealed} is null and ${quoted(clear)} is not null)`
  const ofTenant = (n: number): string =>
    'column' in tenant && !everybody ? ` and ${quoted(tenant.column)}::text = $${n}` : ''
  const wanted = `(${outdated} or ${inClear})`
  const from = 'column' in tenant && !everybody ? 3 : 2
  const selected = [
    ...key.map((name) => `${quoted(name)}::text as ${quoted(name)}`),
    `${sealed} as ${quoted('bf old')}`,
    `${clear === null ? 'null::text' : `${quoted(clear)}::text`} as ${quoted('bf clear')}`,
  ].join(', ')
  // Of the table: an alias of the result has the same name and is text.
  const order = primaryKey.map((name) => `t.${quoted(name)}`).join(', ')
  const position = primaryKey.map((_, i) => `$${i + from}::${types[i]}`).join(', ')
  const select = `select ${selected} from ${relation} as t`
  const arrays = types.map((type, i) => `$${i + 1}::text[]::${type}[]`)
  const n = types.length
  const v = primaryKey.map((_, i) => `k${i}`)
  const set = [
    `${sealed} = v.sealed`,
    ...(index === null ? [] : [`${quoted(index.column)} = v.indexed`]),
    ...(clear === null ? [] : [`${quoted(clear)} = null`]),
  ].join(', ')
  const same =
    clear === null
      ? `t.${sealed} = v.old`
      : `(t.${sealed} = v.old or (v.old is null and t.${sealed} is null and t.${quoted(clear)}::text = v.clear))`
  return {
    key,
    first: `${select} where ${wanted}${ofTenant(2)} order by ${order} limit $1`,
    after: `${select} where (${order}) > (${position}) and ${wanted}${ofTenant(2)} order by ${order} limit $1`,
    exchange: `update ${relation} as t set ${set}
      from unnest(${arrays.join(', ')}, $${n + 1}::bytea[], $${n + 2}::text[], $${n + 3}::bytea[], $${n + 4}::bytea[]) as v (${v.join(', ')}, old, clear, sealed, indexed)
      where ${primaryKey.map((name, i) => `t.${quoted(name)} = v.k${i}`).join(' and ')} and ${same}`,
    count: `select count(*) as n, count(*) filter (where ${wanted}) as left from ${relation} where true${ofTenant(1)}`,
  }
}

/** Types of the primary key. */
export const KEY_TYPES = `
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and a.attname = any($2::text[])`
