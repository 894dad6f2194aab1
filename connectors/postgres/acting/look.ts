import type { Remainder } from '../../../kernel/act/actor.ts'
import type { ActingClient, Connect } from './connect.ts'
import { COULD_OWN, databasesWithRoutinesOf, OPEN_TO_OTHERS } from './empty-database.ts'
import type { FoundRole } from './find-role.ts'
import { GRAVEYARD, GROUPS, MARKER } from './names.ts'
import { ATTRIBUTES_ON } from './shut-out.ts'

/**
 * What of a role is still there, in the whole cluster. Dependencies on roles are kept in one catalogue for all
 * databases, so that what lies where nobody of ours may connect is seen all the same.
 */
const LOOK = `
select 'session' as what, pid::text as detail from pg_stat_activity where usesysid = $1
union all select 'replication slot', s.slot_name from pg_replication_slots s
  join pg_stat_activity a on a.pid = s.active_pid where a.usesysid = $1
union all select 'login', rolname from pg_roles where oid = $1 and rolcanlogin
union all select 'attribute', unnest(${ATTRIBUTES_ON}) from pg_roles r where oid = $1
union all select 'membership', g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid
  where m.member = $1 and g.rolname <> $3
union all select 'member', r.rolname from pg_auth_members m join pg_roles r on r.oid = m.member
  where m.roleid = $1 and not r.rolsuper and not (r.rolname = current_user and m.grantor = 10)
union all select case when d.deptype = 'o' then 'owned' else 'given' end,
    coalesce(b.datname, 'cluster') || ' ' || d.classid::regclass::text || ' ' || d.objid
  from pg_shdepend d left join pg_database b on b.oid = d.dbid
  where d.refclassid = 'pg_authid'::regclass and d.refobjid = $1 and d.classid <> 'pg_auth_members'::regclass
union all select 'prepared transaction', gid from pg_prepared_xacts where owner = $2 or owner = any($4)
limit 200`

/** Routines that anybody may call, and that run with the rights of somebody whom nobody should be able to act as. */
const DEFINERS = `select 'definer routine' as what, current_database() || ' ' || p.oid::regprocedure::text as detail
  from pg_proc p join pg_roles r on r.oid = p.proowner
  where p.prosecdef and r.rolname = any($1) and ${OPEN_TO_OTHERS} limit 100`

export async function lookAt(
  connect: Connect,
  home: ActingClient,
  role: FoundRole,
  signal: AbortSignal,
): Promise<readonly Remainder[]> {
  const left = [...(await home.query<Remainder>(LOOK, [role.oid, role.name, MARKER, [...GROUPS.values()]]))]
  const owners = [GRAVEYARD, ...COULD_OWN]
  for (const database of await databasesWithRoutinesOf(home, owners)) {
    left.push(...(await connect(database, signal, (client) => client.query<Remainder>(DEFINERS, [owners]))))
  }
  return left
}

/** Sessions of a role that is no longer there: they go on under its number, without a name. */
export const sessionsOf = (home: ActingClient, oid: number): Promise<readonly Remainder[]> =>
  home.query<Remainder>(
    `select 'session' as what, pid::text as detail from pg_stat_activity where usesysid = $1 limit 200`,
    [oid],
  )
