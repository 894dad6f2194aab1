import { setTimeout as sleep } from 'node:timers/promises'
import { scramVerifier } from '../../../kernel/scram/scram.ts'
import { type ActingClient, type ActingOptions, acting, quoted } from './acting-client.ts'
import type { FoundRole } from './find-role.ts'
import { GRAVEYARD, MARKER } from './names.ts'

/** A backend passes the login check a little before it shows: one look is not enough, three with a pause are. */
const EMPTY_LOOKS = 3
const PAUSE_MS = 50
const MOST_LOOKS = 200

/**
 * No sign-in, no memberships, and a password that only this process knows, for a try afterwards: one that had expired would be refused for
 * that alone. (`VALID UNTIL` stops passwords and nothing else, so nothing rests on it.)
 */
export async function shutOut(client: ActingClient, role: FoundRole, password: string): Promise<void> {
  const name = quoted(role.name)
  // The verifier has no quotes in its alphabet.
  const verifier = scramVerifier(password)
  await client.query(`alter role ${name} nologin connection limit 0 valid until 'infinity' password '${verifier}'`)
  const memberships = await client.query<{ name: string; grantor: string }>(
    `select g.rolname as name, b.rolname as grantor from pg_auth_members m join pg_roles g on g.oid = m.roleid
     join pg_roles b on b.oid = m.grantor where m.member = $1 and g.rolname <> $2`,
    [role.oid, MARKER],
  )
  for (const group of memberships) {
    await client.query(`revoke ${ident(group.name)} from ${name} granted by ${ident(group.grantor)} cascade`)
  }
}

/** Ends every session by OID, sessions under another name (`SET ROLE`) too, until none was there three times in a row. */
export async function endSessions(client: ActingClient, oid: number, signal: AbortSignal): Promise<void> {
  for (let empty = 0, looks = 0; empty < EMPTY_LOOKS && looks < MOST_LOOKS; looks++) {
    signal.throwIfAborted()
    const rows = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where usesysid = $1 and pid <> pg_backend_pid()',
      [oid],
    )
    empty = rows.length === 0 ? empty + 1 : 0
    if (empty < EMPTY_LOOKS) await sleep(PAUSE_MS, undefined, { signal })
  }
}

/** Databases that the acting account may connect to. What is left in others is seen from here all the same, and told. */
export const databases = async (client: ActingClient): Promise<readonly string[]> =>
  (
    await client.query<{ name: string }>(
      "select datname as name from pg_database where datallowconn and has_database_privilege(datname, 'connect') order by datname",
    )
  ).map((row) => row.name)

/**
 * In one database: functions that run with their owner's rights are closed before they change hands, what the role owns goes to a role
 * that may nothing, what it was given is taken away. Handing it to a superuser would make such a function a way to everything.
 */
export async function emptyDatabase(options: ActingOptions, database: string, role: FoundRole): Promise<void> {
  await acting(options, database, async (client) => {
    const held = await client.query(
      `select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = $1
         and d.dbid in (0, (select oid from pg_database where datname = current_database())) limit 1`,
      [role.oid],
    )
    if (held.length === 0) return
    const name = quoted(role.name)
    const functions = await client.query<{ sql: string }>(
      `select format('revoke all on %s %I.%I(%s) from public%s', case p.prokind when 'p' then 'procedure' else 'function' end,
         n.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
         coalesce((select string_agg(distinct format(', %I', g.rolname), '') from aclexplode(p.proacl) a join pg_roles g on g.oid = a.grantee
           where g.oid <> p.proowner), '')) as sql
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proowner = $1 and p.prosecdef`,
      [role.oid],
    )
    await client.query('begin')
    // To hand over what is somebody's takes being that somebody, and whoever gets it.
    await client.query(`grant ${name} to current_user`)
    for (const { sql } of functions) await client.query(sql)
    await client.query(`reassign owned by ${name} to ${quoted(GRAVEYARD)}`)
    await client.query(`drop owned by ${name}`)
    // `drop owned` takes memberships away, the marker with them.
    await client.query(`grant ${quoted(MARKER)} to ${name}`)
    await client.query(`revoke ${name} from current_user`)
    await client.query('commit')
  })
}

/** Transactions that were prepared hold their locks and rights though nobody is connected. */
export async function rollBackPrepared(options: ActingOptions, client: ActingClient, role: FoundRole): Promise<void> {
  const prepared = await client.query<{ gid: string; database: string }>(
    'select gid, database from pg_prepared_xacts where owner = $1',
    [role.name],
  )
  for (const { gid, database } of prepared) {
    await acting(options, database, async (inside) => {
      const [row] = await inside.query<{ sql: string }>("select format('rollback prepared %L', $1::text) as sql", [gid])
      if (row !== undefined) await inside.query(row.sql)
    })
  }
}

/** Names of roles that others made: quoted as the server itself does. */
const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`
