import type { Remainder } from '../../../kernel/act/actor.ts'
import type { ActingClient } from './connect.ts'
import type { FoundRole } from './find-role.ts'
import { GRAVEYARD, GROUPS, MARKER } from './names.ts'
import { becomeMember } from './prepared.ts'
import { tried } from './shut-out.ts'
import { quoted } from './statements.ts'

const LOCK_MS = 1000
/** The group that has what the others have. */
const REACH = 'bf_ddl'

/** SQL: somebody else than its owner may call the routine `p`. Without a list of rights, everybody may. */
export const OPEN_TO_OTHERS = `exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner)`

/** Names of databases in which a role owns or was given something; what belongs to the whole cluster is the first's. */
export const databasesHolding = async (home: ActingClient, role: FoundRole): Promise<readonly string[]> =>
  (
    await home.query<{ name: string }>(
      `select distinct b.datname as name from pg_shdepend d
         join pg_database b on b.oid = d.dbid or (d.dbid = 0 and b.datname = current_database())
       where d.refclassid = 'pg_authid'::regclass and d.refobjid = $1 and d.classid <> 'pg_auth_members'::regclass
       order by 1`,
      [role.oid],
    )
  ).map((row) => row.name)

/** Names of databases in which one of these roles owns routines. */
export const databasesWithRoutinesOf = async (
  home: ActingClient,
  owners: readonly string[],
): Promise<readonly string[]> =>
  (
    await home.query<{ name: string }>(
      `select distinct b.datname as name from pg_shdepend d join pg_database b on b.oid = d.dbid
         join pg_roles r on r.oid = d.refobjid
       where d.refclassid = 'pg_authid'::regclass and d.classid = 'pg_proc'::regclass and d.deptype = 'o'
         and r.rolname = any($1) order by 1`,
      [owners],
    )
  ).map((row) => row.name)

/**
 * In one database: routines that run with their owner's rights are closed to everybody, what the role owns goes to the
 * graveyard, what it was given is taken away. Handing it to a superuser would make such a routine a way to everything.
 * Where the graveyard may not take something over, nothing is dropped: it stays the role's, and is seen.
 *
 * @returns what lies there that runs, or decides, on others' behalf
 */
export async function emptyDatabase(
  client: ActingClient,
  role: FoundRole,
  problems: unknown[],
): Promise<readonly Remainder[]> {
  const name = quoted(role.name)
  const found = await client.query<{ what: string; detail: string }>(LEFT_BEHIND, [role.oid])
  await client.query('begin')
  // Others who act wait for this one: whoever locks what the role owns does not hold them up.
  await client.query(`set local lock_timeout to ${LOCK_MS}`)
  await client.query(becomeMember(client, role))
  // The way into schemas came with the group, which the role has no more. Up to 15 the acting account has it anyway.
  if (client.version >= 160_000) await client.query(`grant ${REACH} to current_user with inherit true, set false`)
  await tried(client, problems, () => closeRoutines(client, role.oid))
  await tried(client, problems, async () => {
    const schemas = await client.query<{ name: string }>(
      'select nspname as name from pg_namespace where nspowner = $1',
      [role.oid],
    )
    for (const schema of schemas) {
      await client.query(`grant create, usage on schema ${quoted(schema.name)} to ${quoted(GRAVEYARD)}`)
    }
    await client.query(`reassign owned by ${name} to ${quoted(GRAVEYARD)}`)
    await client.query(`drop owned by ${name}`)
  })
  if (client.version >= 160_000) await client.query(`revoke ${REACH} from current_user`)
  await client.query(`revoke ${name} from current_user`)
  await client.query('commit')
  return found
}

/** Nobody but its owner may call a routine that runs with its owner's rights. */
async function closeRoutines(client: ActingClient, owner: number): Promise<void> {
  const statements = await client.query<{ sql: string }>(
    `select format('revoke all on routine %s from public%s cascade', p.oid::regprocedure,
       (select string_agg(distinct format(', %I', r.rolname), '') from aclexplode(p.proacl) a
        join pg_roles r on r.oid = a.grantee where a.grantee <> p.proowner)) as sql
     from pg_proc p where p.proowner = $1 and p.prosecdef and ${OPEN_TO_OTHERS}`,
    [owner],
  )
  for (const { sql } of statements) await client.query(sql)
}

/**
 * Closes routines that run with the rights of a group: up to 15, every member can become the group, and leave one. The
 * groups own nothing that others need; how to prepare a cluster says so.
 */
export async function closeRoutinesOfGroups(client: ActingClient): Promise<void> {
  const owners = await client.query<{ oid: string; name: string }>(
    `select distinct r.oid::text, r.rolname as name from pg_proc p join pg_roles r on r.oid = p.proowner
     where p.prosecdef and r.rolname = any($1) and ${OPEN_TO_OTHERS}`,
    [COULD_OWN],
  )
  for (const { oid, name } of owners) {
    await client.query('begin')
    await client.query(`set local role ${quoted(name)}`)
    await closeRoutines(client, Number(oid))
    await client.query('commit')
  }
}

/** Roles that everybody with a grant could become, up to 15. */
export const COULD_OWN: readonly string[] = [...GROUPS.values(), MARKER]

const LEFT_BEHIND = `
select case when prosecdef then 'definer routine' else 'routine' end as what, oid::regprocedure::text as detail
  from pg_proc where proowner = $1
union all select 'trigger', t.tgname || ' on ' || t.tgrelid::regclass::text from pg_trigger t
  join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
  where not t.tgisinternal and (c.relowner = $1 or p.proowner = $1)
union all select 'view', oid::regclass::text from pg_class where relowner = $1 and relkind in ('v', 'm')
union all select 'rule', r.rulename || ' on ' || r.ev_class::regclass::text from pg_rewrite r
  join pg_class c on c.oid = r.ev_class where c.relowner = $1 and r.rulename <> '_RETURN'
union all select 'policy', y.polname || ' on ' || y.polrelid::regclass::text from pg_policy y
  join pg_class c on c.oid = y.polrelid where c.relowner = $1
union all select 'event trigger', e.evtname from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid
  where e.evtowner = $1 or p.proowner = $1
order by 1, 2 limit 500`
