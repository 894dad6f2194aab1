import type { PostgresReader } from '../../../kernel/collect/connector.ts'
import type { Contents, TableContent } from '../contract.ts'

const TABLES = `
select format('%I.%I', n.nspname, c.relname) as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where ($1::text[] = '{}' or n.nspname = any($1::text[])) and n.nspname <> all($2::text[]) and c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1`

const SEQUENCES = `
select format('%I.%I', schemaname, sequencename) as name, last_value::text as last
from pg_sequences where ($1::text[] = '{}' or schemaname = any($1::text[])) and schemaname <> all($2::text[]) and schemaname !~ '^pg_' order by 1`

/**
 * Written out in the same way wherever it is done: an account's own settings must not change what a value looks like. Rows that
 * policies would hide are an error, never left out.
 */
const SETTINGS = `
set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set timezone = 'UTC'; set extra_float_digits = 3;
set bytea_output = 'hex'; set xmloption = 'content'; set lc_monetary = 'C'; set row_security = off`

/** Which schemas count; without `only`, all. */
export interface Scope {
  readonly only: readonly string[]
  readonly without: readonly string[]
}
const ALL: Scope = { only: [], without: [] }

export async function settle(reader: PostgresReader): Promise<void> {
  for (const setting of SETTINGS.split(';')) await reader.query(setting)
}

/**
 * What a database holds: rows and a digest of every table, where its sequences stand, how many large objects. The digest is the sum of 64-bit
 * hashes of all rows as text, so that the order of rows does not count; it finds losses and damage, not somebody who looks for collisions.
 *
 * @param reader - settled, in the transaction whose data counts
 */
export async function contentsOf(
  reader: PostgresReader,
  sequences: Contents['sequences'],
  { only, without }: Scope = ALL,
  onTable: (done: number, total: number) => void = () => undefined,
): Promise<Contents> {
  const names = await reader.query<{ name: string }>(TABLES, [only, without])
  const tables: TableContent[] = []
  for (const { name } of names) {
    // The name comes from the server, quoted by it.
    const [row] = await reader.query<{ rows: number; digest: string }>(
      `select count(*) as rows, coalesce(sum(hashtextextended((bf_row.*)::text, 0)), 0)::text as digest from ${name} as bf_row`,
    )
    tables.push({ name, rows: Number(row?.rows), digest: row?.digest ?? '0' })
    onTable(tables.length, names.length)
  }
  // pg_dump leaves large objects out where schemas are chosen.
  const [large] =
    only.length > 0
      ? [{ n: 0 }]
      : await reader.query<{ n: number }>('select count(*) as n from pg_largeobject_metadata')
  return { tables, sequences, largeObjects: Number(large?.n) }
}

/** Where sequences stand now; null: never used. */
export const sequencesOf = async (
  reader: PostgresReader,
  { only, without }: Scope = ALL,
): Promise<Contents['sequences']> => [
  ...(await reader.query<{ name: string; last: string | null }>(SEQUENCES, [only, without])),
]

/** What is not there again as it was. @returns a line per difference, at most 1,000 */
export function differences(expected: Contents, found: Contents): readonly string[] {
  const there = new Map(found.tables.map((table) => [table.name, table]))
  const out: string[] = []
  for (const { name, rows, digest } of expected.tables) {
    const table = there.get(name)
    if (table === undefined) out.push(`${name}: not there`)
    else if (table.rows !== rows) out.push(`${name}: ${table.rows} of ${rows} rows`)
    else if (table.digest !== digest) out.push(`${name}: other content`)
    there.delete(name)
  }
  for (const name of there.keys()) out.push(`${name}: was not there before`)
  const standing = new Map(found.sequences.map(({ name, last }) => [name, last]))
  for (const { name, last } of expected.sequences) {
    const now = standing.get(name)
    // A sequence goes on while a snapshot stands still: it may be further, never behind.
    if (now === undefined) out.push(`${name}: not there`)
    else if (last !== null && (now === null || BigInt(now) < BigInt(last)) && BigInt(last) > 0n)
      out.push(`${name}: behind`)
  }
  if (found.largeObjects !== expected.largeObjects)
    out.push(`large objects: ${found.largeObjects} of ${expected.largeObjects}`)
  return out.slice(0, 1000)
}
