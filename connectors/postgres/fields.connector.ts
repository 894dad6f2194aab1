import type { Fact } from '../../facts/kinds.ts'
import { type CollectContext, defineConnector, type PostgresReader } from '../../kernel/collect/connector.ts'
import type { DeclaredColumn } from '../../kernel/collect/declared-column.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { budgetOf, heapsOf, readingOf } from './fields-blocks.ts'
import { quoted } from './fields-quote.ts'
import { COLUMN, shapesIn, valuesIn } from './fields-sql.ts'
import { inReadOnly } from './read-only.ts'

type Row = Fact<'field_column'>
type Problem = NonNullable<Row['problem']>

/**
 * What declared columns really hold: envelopes of known keys, of unknown keys, or anything else. Counted inside the database; no
 * value leaves it.
 *
 * Source: engines/fieldcrypt/envelope.ts; PostgreSQL manual, "TABLESAMPLE", "System Columns".
 */
export const postgresFields = defineConnector({
  id: 'postgres.fields',
  system: 'postgres',
  produces: ['field_column'],
  every: 'PT5M',
  needs: {
    de: 'SELECT auf die als verschlüsselt erklärten Spalten und auf die Nummern der Schlüsseltabelle; keine Zeilensicherheit',
    en: 'SELECT on the columns declared encrypted and on the ids of the key table; no row security',
  },
  async collect({ connect, fields = [] }, context) {
    for (const [database, columns] of Map.groupBy(fields, (field) => field.database)) {
      context.signal.throwIfAborted()
      try {
        await inReadOnly(connect, database, async (reader) => {
          for (const column of columns) await context.emit('field_column', await look(reader, column, context))
        })
      } catch (error) {
        const problem = problemOf(error)
        for (const column of columns) await context.emit('field_column', unread(column, problem))
      }
    }
  },
})

async function look(
  reader: PostgresReader,
  declared: DeclaredColumn,
  context: CollectContext<'field_column'>,
): Promise<Row> {
  context.signal.throwIfAborted()
  try {
    return await count(reader, declared, context.clock.now())
  } catch (error) {
    if (error instanceof Missing) return unread(declared, error.problem)
    if (error instanceof BergfriedError && error.code === 'collect.unreachable') throw error
    return unread(declared, problemOf(error))
  }
}

async function count(reader: PostgresReader, declared: DeclaredColumn, now: Date): Promise<Row> {
  const known = new Set(await knownKeys(reader, declared))
  const { schema, table, column, primaryKey } = declared
  const key = [...primaryKey].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const [found] = await reader.query<Found>(COLUMN, [schema, table, column, key])
  if (found === undefined) throw new Missing('no_table')
  if (found.bytes === null) throw new Missing('no_column')
  if (found.kind === 'v' || found.kind === 'f') throw new Missing('not_a_table')
  if (found.rowSecurity) throw new Missing('row_security')
  if (!found.readable) throw new Missing('denied')
  const heaps = await heapsOf(reader, found.relation)
  const budget = budgetOf(heaps)
  const shapes = new Map<string, number>()
  const keyIds = new Map<number, number>()
  let whole = true
  for (const heap of heaps) {
    const reading = readingOf(heap, budget, now)
    whole &&= reading.whole
    for (const from of reading.parts) {
      const sql = (found.bytes ? shapesIn : valuesIn)(quoted(column), from)
      for (const seen of await reader.query<Seen>(sql)) {
        shapes.set(seen.shape, (shapes.get(seen.shape) ?? 0) + seen.count)
        if (seen.key !== null) keyIds.set(seen.key, (keyIds.get(seen.key) ?? 0) + seen.count)
      }
    }
  }
  const unknown = [...keyIds].filter(([id]) => !known.has(id))
  const of = (shape: string): number => shapes.get(shape) ?? 0
  return {
    ...unread(declared, null),
    whole,
    readAtLeast: powerOfTen(of('clear') + of('envelope')),
    clearText: of('clear'),
    unknownKey: unknown.reduce((sum, [, n]) => sum + n, 0),
    keyIds: idTexts([...keyIds.keys()]),
    unknownKeyIds: idTexts(unknown.map(([id]) => id)),
    rowKeyUnique: found.rowKeyUnique,
  }
}

interface Found extends Record<string, unknown> {
  readonly relation: number
  readonly kind: string
  readonly bytes: boolean | null
  readonly rowSecurity: boolean
  readonly readable: boolean
  readonly rowKeyUnique: boolean
}

interface Seen extends Record<string, unknown> {
  readonly shape: string
  readonly key: number | null
  readonly count: number
}

/** Ids of keys that are there and not shredded. */
async function knownKeys(reader: PostgresReader, { keys, keyTable }: DeclaredColumn): Promise<readonly number[]> {
  if (keyTable === null) return keys
  const [there] = await reader.query<{ readable: boolean }>(
    `select has_column_privilege(c.oid, a.attnum, 'SELECT') as readable from pg_class c
     join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'id'
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`,
    [keyTable.schema, keyTable.table],
  )
  if (there === undefined) throw new Missing('no_key_table')
  if (!there.readable) throw new Missing('denied')
  const rows = await reader.query<{ id: number }>(
    `select id::int8 as id from ${quoted(keyTable.schema, keyTable.table)} where state <> 'shredded' limit 100000`,
  )
  return [...keys, ...rows.map(({ id }) => id)]
}

const unread = (declared: DeclaredColumn, problem: Row['problem']): Row => ({
  database: declared.database,
  relation: `${declared.schema}.${declared.table}`,
  field: declared.column,
  problem,
  whole: false,
  readAtLeast: 0,
  clearText: 0,
  unknownKey: 0,
  keyIds: [],
  unknownKeyIds: [],
  rowKeyUnique: false,
})

const idTexts = (ids: readonly number[]): string[] =>
  ids
    .toSorted((a, b) => a - b)
    .slice(0, 10_000)
    .map(String)

/** Counts that grow with every sale would make a new fact of every look. */
const powerOfTen = (n: number): number => (n === 0 ? 0 : 10 ** Math.floor(Math.log10(n)))

class Missing extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem)
    this.problem = problem
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof BergfriedError) {
    if (error.code === 'collect.denied') return 'denied'
    if (error.code === 'collect.timeout') return 'timeout'
    if (error.code === 'collect.unreachable') return 'unreachable'
  }
  throw error
}
