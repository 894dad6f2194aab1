import { createHash } from 'node:crypto'
import { FACTS } from '../../facts/kinds.ts'
import { BergfriedError } from '../errors.ts'
import { scramVerifier } from '../scram/scram.ts'
import type { StagePool, Transaction } from './database.ts'
import { columnsOf, createTable } from './fact-tables.ts'
import type { Migration } from './migration.ts'
import { ROLES, type RoleSecrets } from './secrets-file.ts'

/**
 * Brings a database to this release's schema: roles, migrations, tables of facts. One transaction under a lock, so that
 * two processes that start at once do it once, and a failure leaves everything as it was.
 *
 * @param secrets - passwords of the roles, or null on a foreign server, where the roles cannot sign in by themselves
 * @throws {BergfriedError} `db.newer_schema` a later release was here; `db.fact_shape_changed`
 */
export async function migrate(owner: StagePool, migrations: readonly Migration[], secrets: RoleSecrets | null) {
  const wanted = schemaDigest(migrations)
  if ((await currentDigest(owner)) === wanted) return
  await owner.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7400, 0)')
    await makeRoles(tx, secrets)
    await tx.query('create schema if not exists meta')
    await tx.query('create table if not exists meta.migration (id text primary key, applied_at timestamptz not null)')
    await tx.query('create table if not exists meta.schema (digest text not null)')
    const done = new Set((await tx.query<{ id: string }>('select id from meta.migration')).map((r) => r.id))
    for (const id of done) {
      if (!migrations.some((m) => m.id === id)) throw new BergfriedError('db.newer_schema', { found: id })
    }
    // By their numbers, wherever they lie: one may build on what an earlier one of another folder made.
    for (const migration of migrations.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      if (done.has(migration.id)) continue
      await tx.query(migration.sql)
      await tx.query('insert into meta.migration values ($1, transaction_timestamp())', [migration.id])
    }
    await makeFactTables(tx)
    await tx.query('delete from meta.schema')
    await tx.query('insert into meta.schema values ($1)', [wanted])
  })
}

async function currentDigest(owner: StagePool): Promise<string | null> {
  const [there] = await owner.query<{ there: boolean }>(`select to_regclass('meta.schema') is not null as there`)
  if (there?.there !== true) return null
  const [row] = await owner.query<{ digest: string }>('select digest from meta.schema')
  return row?.digest ?? null
}

function schemaDigest(migrations: readonly Migration[]): string {
  const text = JSON.stringify([migrations, [...FACTS.keys()].map((kind) => [kind, columnsOf(kind)])])
  return createHash('sha256').update(text).digest('hex')
}

/** Own the functions through which alone stored rows change: ending them, and making a person unreadable. No sign-in. */
const FUNCTION_OWNERS = ['bf_closer', 'bf_eraser'] as const

/** Roles belong to the cluster, not to the database: they may be there already. */
async function makeRoles(tx: Transaction, secrets: RoleSecrets | null): Promise<void> {
  const there = new Set(
    (await tx.query<{ rolname: string }>(`select rolname from pg_roles where rolname like 'bf\\_%'`)).map(
      (r) => r.rolname,
    ),
  )
  // Statements that change the schema are logged; the verifiers need not be there.
  if (secrets !== null) await tx.query('set local log_statement = none')
  for (const owner of FUNCTION_OWNERS) {
    if (!there.has(owner)) await tx.query(`create role ${owner} nologin noinherit`)
    // To make it the owner of functions one must be its member, unless one is a superuser.
    if (secrets === null) await tx.query(`grant ${owner} to current_user`)
  }
  for (const role of ROLES) {
    // The owner is the bootstrap superuser of the bundled server, or whoever the address signs in as.
    if (role === 'bf_owner') continue
    if (!there.has(role)) await tx.query(`create role ${role} ${secrets === null ? 'nologin' : 'login'} noinherit`)
    if (secrets !== null) await tx.query(`alter role ${role} password '${scramVerifier(secrets[role])}'`)
    else await tx.query(`grant ${role} to current_user`)
  }
}

async function makeFactTables(tx: Transaction): Promise<void> {
  const rows = await tx.query<{ kind: string; name: string; type: string }>(
    `select table_name as kind, column_name as name,
       case when data_type = 'ARRAY' then 'text[]' when data_type = 'timestamp with time zone' then 'timestamptz' else data_type end as type
     from information_schema.columns where table_schema = 'fact'`,
  )
  const found = new Map<string, Map<string, string>>()
  for (const row of rows) {
    const columns = found.get(row.kind) ?? new Map<string, string>()
    found.set(row.kind, columns.set(row.name, row.type))
  }
  const statements: string[] = []
  for (const kind of FACTS.keys()) {
    const columns = found.get(kind)
    if (columns === undefined) {
      statements.push(createTable(kind))
      continue
    }
    for (const wanted of columnsOf(kind)) {
      const type = columns.get(wanted.column)
      // Rows from before the column existed have null there, whatever the shape says of new ones.
      if (type === undefined) statements.push(`alter table fact.${kind} add column ${wanted.column} ${wanted.type};`)
      else if (type !== wanted.type) {
        throw new BergfriedError('db.fact_shape_changed', {
          kind,
          column: wanted.column,
          found: type,
          expected: wanted.type,
        })
      }
    }
  }
  if (statements.length > 0) await tx.query(statements.join('\n'))
}
