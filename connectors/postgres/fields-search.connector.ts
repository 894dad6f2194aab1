import { type CollectContext, defineConnector, type PostgresReader } from '../../kernel/collect/connector.ts'
import type { DeclaredColumn } from '../../kernel/collect/declared-column.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { speaksOfSecret, suspicionsOf } from './fields-patterns.ts'
import { quoted } from './fields-quote.ts'
import { inReadOnly } from './read-only.ts'

const MOST_TABLES = 500
const MOST_COLUMNS = 5000
const ROWS = 300
const BLOCKS = 60
const CHARACTERS = 600

type Kinds = 'field_search' | 'field_suspect'

/** Databases that a search makes sense in. */
const DATABASES = `select datname::text as database from pg_database where datallowconn and not datistemplate order by 1`

/** Columns that can hold text or a card's number, of ordinary tables that are no part of PostgreSQL. */
const COLUMNS = `
  select n.nspname::text as schema, c.relname::text as table, a.attname::text as column,
    has_column_privilege(c.oid, a.attnum, 'SELECT') and not row_security_active(c.oid) as readable,
    (pg_relation_size(c.oid) / current_setting('block_size')::int8)::int8 as blocks
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
  where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and t.typname in
      ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'hstore', 'citext', '_text', '_varchar', 'int8', 'numeric')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname !~ '^pg_(temp|toast_temp)_'
  order by n.nspname, c.relname, a.attnum limit $1`

interface ColumnRow extends Record<string, unknown> {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly readable: boolean
  readonly blocks: number
}

/**
 * Looks for secrets and card numbers in columns that nobody declared, in samples: some hundred rows of each table. Values are looked at
 * in this process and forgotten; what is told is the column, the pattern and how many.
 */
export const postgresFieldsSearch = defineConnector({
  id: 'postgres.fields-search',
  system: 'postgres',
  produces: ['field_search', 'field_suspect'],
  every: 'PT6H',
  slow: true,
  needs: {
    de: 'SELECT auf alle Tabellen (pg_read_all_data); was nicht lesbar ist, gilt als nicht durchsucht',
    en: 'SELECT on all tables (pg_read_all_data); what cannot be read counts as not searched',
  },
  async collect({ connect, fields = [] }, context) {
    const databases = await inReadOnly(connect, undefined, (reader) => reader.query<{ database: string }>(DATABASES))
    for (const { database } of databases) {
      context.signal.throwIfAborted()
      try {
        await inReadOnly(connect, database, (reader) => search(reader, database, fields, context))
      } catch (error) {
        for (const kind of ['field_search', 'field_suspect'] as const) context.fail(kind, error)
      }
    }
  },
})

async function search(
  reader: PostgresReader,
  database: string,
  fields: readonly DeclaredColumn[],
  context: CollectContext<Kinds>,
): Promise<void> {
  const declared = new Set(
    fields.filter((f) => f.database === database).map((f) => JSON.stringify([f.schema, f.table, f.column])),
  )
  const found = await reader.query<ColumnRow>(COLUMNS, [MOST_COLUMNS + 1])
  const columns = found.filter((c) => !declared.has(JSON.stringify([c.schema, c.table, c.column])))
  const tables = [...Map.groupBy(columns, (c) => JSON.stringify([c.schema, c.table])).values()]
  let searched = 0
  for (const [i, table] of tables.entries()) {
    context.signal.throwIfAborted()
    const readable = table.filter((c) => c.readable)
    if (i >= MOST_TABLES || readable.length === 0) continue
    const rows = await sample(reader, readable)
    if (rows === null) continue
    searched += readable.length
    for (const [n, column] of readable.entries()) {
      const values = rows.flatMap((row) => (typeof row[`c${n}`] === 'string' ? [String(row[`c${n}`])] : []))
      for (const { kind, pattern, values: hits } of suspicionsOf(values)) {
        await context.emit('field_suspect', {
          database,
          relation: `${column.schema}.${column.table}`,
          field: column.column,
          kind,
          pattern,
          named: speaksOfSecret(column.column),
          valuesAtLeast: 10 ** Math.floor(Math.log10(hits)),
        })
      }
    }
  }
  await context.emit('field_search', { database, searched, leftOut: columns.length - searched })
}

/** Some rows of a table, each value cut. Null: it could not be read. */
async function sample(
  reader: PostgresReader,
  columns: readonly ColumnRow[],
): Promise<readonly Record<string, unknown>[] | null> {
  const [first] = columns
  if (first === undefined) return null
  const list = columns.map((c, n) => `left(${quoted(c.column)}::text, ${CHARACTERS}) as c${n}`).join(', ')
  const percent = ((100 * BLOCKS) / Math.max(1, first.blocks)).toFixed(4)
  const blocks = first.blocks <= BLOCKS ? '' : ` tablesample system (${percent})`
  const from = `only ${quoted(first.schema, first.table)}${blocks}`
  try {
    return await reader.query(`select ${list} from ${from} limit ${ROWS}`)
  } catch (error) {
    if (error instanceof BergfriedError && error.code !== 'collect.unreachable') return null
    throw error
  }
}
