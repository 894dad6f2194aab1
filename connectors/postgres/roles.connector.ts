import { defineConnector } from '../../kernel/collect/connector.ts'
import { inReadOnly } from './read-only.ts'

/**
 * Every role of a cluster with its attributes and the closure of its memberships.
 *
 * `pg_roles` and `pg_auth_members` are readable by everybody; only the state of the password needs more (pg_authid).
 * Roles named `pg_*` are kept: membership in them is what an auditor asks about.
 * Source: PostgreSQL manual, "pg_authid", "pg_auth_members", "Predefined Roles".
 */
export const postgresRoles = defineConnector({
  id: 'postgres.roles',
  system: 'postgres',
  produces: ['pg_role'],
  every: 'PT5M',
  needs: {
    de: 'CONNECT auf eine Datenbank; für den Kennwortzustand Superuser oder SELECT auf pg_authid (sonst „unbekannt“)',
    en: 'CONNECT on one database; for the state of passwords superuser, or SELECT on pg_authid (otherwise “unknown”)',
  },
  async collect({ connect }, context) {
    await inReadOnly(connect, undefined, async (reader) => {
      const [right] = await reader.query<{ sees: boolean }>(`select has_table_privilege('pg_authid', 'select') as sees`)
      const rows = await reader.query<{
        role: string
        oid: number
        can_login: boolean
        superuser: boolean
        create_role: boolean
        create_db: boolean
        replication: boolean
        bypass_rls: boolean
        inherits: boolean
        connection_limit: number
        valid_until: number | null
        member_of: string[]
        password: 'scram' | 'md5' | 'none' | 'unknown'
      }>(rolesSql(right?.sees === true))
      for (const r of rows) {
        await context.emit('pg_role', {
          role: r.role,
          oid: r.oid,
          canLogin: r.can_login,
          superuser: r.superuser,
          createRole: r.create_role,
          createDb: r.create_db,
          replication: r.replication,
          bypassRls: r.bypass_rls,
          inherits: r.inherits,
          connectionLimit: r.connection_limit,
          validUntil: instantOf(r.valid_until),
          memberOf: r.member_of,
          password: r.password,
          builtIn: r.oid < 16_384,
        })
      }
    })
  },
})

/** Seconds since 1970, the range that a calendar with four-digit years holds. */
const YEAR_1 = -62_135_596_800
const YEAR_9999 = 253_402_300_799

/** `infinity` is no end; `-infinity` and years before the first are an end long past. */
const instantOf = (seconds: number | null): string | null =>
  seconds === null || seconds === Number.POSITIVE_INFINITY
    ? null
    : new Date(Math.min(Math.max(seconds, YEAR_1), YEAR_9999) * 1000).toISOString()

/** The verifier itself never leaves the server: only its scheme is asked for. */
const rolesSql = (sees: boolean): string => `
  with recursive closure(member, roleid) as (
    select member, roleid from pg_auth_members
    union
    select c.member, m.roleid from closure c join pg_auth_members m on m.member = c.roleid),
  membership as (
    select c.member, array_agg(distinct g.rolname::text order by g.rolname::text) as roles
    from closure c join pg_roles g on g.oid = c.roleid group by c.member)
  select r.rolname::text as role, r.oid::int8 as oid, r.rolcanlogin as can_login, r.rolsuper as superuser,
    r.rolcreaterole as create_role, r.rolcreatedb as create_db, r.rolreplication as replication,
    r.rolbypassrls as bypass_rls, r.rolinherit as inherits, r.rolconnlimit as connection_limit,
    extract(epoch from r.rolvaliduntil)::float8 as valid_until,
    coalesce(m.roles, '{}') as member_of,
    ${
      sees
        ? `(select case when a.rolpassword is null then 'none' when a.rolpassword like 'SCRAM-SHA-256$%' then 'scram' else 'md5' end
           from pg_authid a where a.oid = r.oid)`
        : `'unknown'`
    } as password
  from pg_roles r left join membership m on m.member = r.oid order by r.rolname`
