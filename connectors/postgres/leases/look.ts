import type { Remainder } from '../../../kernel/act/actor.ts'
import type { ActingClient } from './acting-client.ts'
import type { FoundRole } from './find-role.ts'
import { MARKER } from './names.ts'

/** What of a role is still there, in the whole cluster: sessions, sign-in, memberships, things owned or given anywhere, and what waits. */
export const LOOK = `
select 'session' as what, pid::text as detail from pg_stat_activity where usesysid = $1
union all select 'login', rolname from pg_roles where oid = $1 and rolcanlogin
union all select 'membership', g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid
  where m.member = $1 and g.rolname <> $3
union all select 'member', r.rolname from pg_auth_members m join pg_roles r on r.oid = m.member
  where m.roleid = $1 and not r.rolsuper and r.rolname <> current_user
union all select case d.deptype when 'o' then 'owned' else 'given' end,
    coalesce(b.datname, 'cluster') || ' ' || d.classid::regclass::text || ' ' || d.objid
  from pg_shdepend d left join pg_database b on b.oid = d.dbid
  where d.refclassid = 'pg_authid'::regclass and d.refobjid = $1 and d.deptype in ('o', 'a', 'r')
    and d.classid <> 'pg_auth_members'::regclass
union all select 'prepared transaction', gid from pg_prepared_xacts where owner = $2
limit 200`

export const lookAt = (client: ActingClient, role: FoundRole): Promise<readonly Remainder[]> =>
  client.query<{ what: string; detail: string }>(LOOK, [role.oid, role.name, MARKER])
