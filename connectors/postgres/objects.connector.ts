import type { Fact } from '../../facts/kinds.ts'
import { type CollectContext, defineConnector, type PostgresReader } from '../../kernel/collect/connector.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { DATABASES, DEFAULTS, DEFINERS, EXTENSIONS, GRANTS, OWNED, PUBLIC_CREATE } from './objects-sql.ts'
import { inReadOnly } from './read-only.ts'

const MOST_GRANTS = 50_000

/** Per-database kinds: one unreadable database makes all of them incomplete, and so unreadable. */
const PER_DATABASE = [
  'pg_grant',
  'pg_owned',
  'pg_security_definer',
  'pg_default_privilege',
  'pg_installed_extension',
] as const
type Kinds = 'pg_db' | (typeof PER_DATABASE)[number]

/**
 * What lies in the databases: privileges, owners, SECURITY DEFINER functions, default privileges, extensions.
 * Catalogues are per database, so each one that allows connections is visited, one after the other.
 *
 * Source: PostgreSQL manual, "System Catalogs", "aclexplode".
 */
export const postgresObjects = defineConnector({
  id: 'postgres.objects',
  system: 'postgres',
  produces: ['pg_db', 'pg_grant', 'pg_owned', 'pg_security_definer', 'pg_default_privilege', 'pg_installed_extension'],
  every: 'PT15M',
  needs: {
    de: 'CONNECT auf jede Datenbank; die Kataloge sind für alle lesbar',
    en: 'CONNECT on every database; the catalogues are readable by everybody',
  },
  async collect({ connect }, context) {
    const databases = await inReadOnly(connect, undefined, (reader) => reader.query<DatabaseRow>(DATABASES))
    let grants = 0
    for (const database of databases) {
      context.signal.throwIfAborted()
      let publicCreate = false
      if (database.allows) {
        try {
          await inReadOnly(connect, database.database, async (reader) => {
            const [row] = await reader.query<{ create: boolean }>(PUBLIC_CREATE)
            publicCreate = row?.create === true
            grants += await readDatabase(reader, database.database, context)
          })
        } catch (error) {
          const told = inDatabase(error, database.database)
          for (const kind of ['pg_db', ...PER_DATABASE] as const) context.fail(kind, told)
          continue
        }
        if (grants > MOST_GRANTS)
          throw new BergfriedError('collect.too_large', { what: 'pg_grant', limit: `${MOST_GRANTS} rows` })
      }
      await context.emit('pg_db', {
        database: database.database,
        owner: database.owner,
        allowsConnections: database.allows,
        publicConnect: database.public_connect,
        publicCreate,
        isTemplate: database.template,
      })
    }
  },
})

interface DatabaseRow extends Record<string, unknown> {
  readonly database: string
  readonly owner: string
  readonly allows: boolean
  readonly template: boolean
  readonly public_connect: boolean
}

async function readDatabase(reader: PostgresReader, database: string, context: CollectContext<Kinds>): Promise<number> {
  const grants = await reader.query<Omit<Fact<'pg_grant'>, 'database'>>(GRANTS, [MOST_GRANTS + 1])
  for (const row of grants) await context.emit('pg_grant', { database, ...row })
  for (const row of await reader.query<Omit<Fact<'pg_owned'>, 'database'>>(OWNED)) {
    await context.emit('pg_owned', { database, ...row })
  }
  for (const row of await reader.query<Omit<Fact<'pg_security_definer'>, 'database'>>(DEFINERS)) {
    await context.emit('pg_security_definer', { database, ...row })
  }
  for (const row of await reader.query<Omit<Fact<'pg_default_privilege'>, 'database'>>(DEFAULTS)) {
    await context.emit('pg_default_privilege', { database, ...row })
  }
  for (const row of await reader.query<Omit<Fact<'pg_installed_extension'>, 'database'>>(EXTENSIONS)) {
    await context.emit('pg_installed_extension', { database, ...row })
  }
  return grants.length
}

/** The failure with the name of the database in it. */
function inDatabase(error: unknown, database: string): unknown {
  if (!(error instanceof BergfriedError)) return error
  const { what, system, ...rest } = error.detail
  return new BergfriedError(
    error.code,
    {
      ...rest,
      ...(what === undefined ? {} : { what: `${database}: ${what}` }),
      ...(system === undefined ? {} : { system: `${system}/${database}` }),
    },
    { cause: error },
  )
}
