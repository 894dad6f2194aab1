import type { Fact } from '../../facts/kinds.ts'
import { defineConnector, type PostgresReader } from '../../kernel/collect/connector.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { safeMessage, shortNames, withoutSecrets } from './hba-text.ts'
import { attempt, inReadOnly } from './read-only.ts'
import { SECRET_SETTINGS, WATCHED_SETTINGS } from './settings-watched.ts'

/**
 * The cluster as a whole: version, settings, pg_hba.conf, live connections.
 *
 * Sources: PostgreSQL manual, "pg_settings", "pg_hba_file_rules", "pg_stat_activity", "pg_stat_ssl".
 */
export const postgresCluster = defineConnector({
  id: 'postgres.cluster',
  system: 'postgres',
  produces: ['pg_cluster', 'pg_setting_value', 'pg_hba_rule', 'pg_session'],
  every: 'PT5M',
  needs: {
    de: 'CONNECT auf eine Datenbank; pg_monitor für Einstellungen und Verbindungen anderer; Superuser oder EXECUTE auf pg_hba_file_rules() und SELECT auf pg_hba_file_rules für die Zugangsregeln',
    en: 'CONNECT on one database; pg_monitor for settings and connections of others; superuser, or EXECUTE on pg_hba_file_rules() and SELECT on pg_hba_file_rules, for the access rules',
  },
  async collect({ connect }, context) {
    await inReadOnly(connect, undefined, async (reader) => {
      await context.emit('pg_cluster', await cluster(reader))
      await attempt(context, 'pg_setting_value', async () => {
        for (const row of await settings(reader)) await context.emit('pg_setting_value', row)
      })
      await attempt(context, 'pg_hba_rule', async () => {
        for (const row of await hbaRules(reader)) await context.emit('pg_hba_rule', row)
      })
      await attempt(context, 'pg_session', async () => {
        for (const row of await sessions(reader)) await context.emit('pg_session', row)
      })
    })
  },
})

async function cluster(reader: PostgresReader): Promise<Fact<'pg_cluster'>> {
  const [row] = await reader.query<{
    version: string
    major: number
    checksums: boolean
    recovery: boolean
    tls: boolean
    listen: string
    port: number
    sees: boolean
  }>(`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int / 10000 as major,
      current_setting('data_checksums') = 'on' as checksums,
      pg_is_in_recovery() as recovery,
      current_setting('ssl') = 'on' as tls,
      current_setting('listen_addresses') as listen,
      current_setting('port')::int as port,
      has_table_privilege('pg_authid', 'select') as sees`)
  return {
    version: row?.version ?? '',
    major: row?.major ?? 0,
    dataChecksums: row?.checksums === true,
    inRecovery: row?.recovery === true,
    tls: row?.tls === true,
    listenAddresses: (row?.listen ?? '')
      .split(',')
      .map((a) => a.trim())
      .filter((a) => a !== ''),
    port: row?.port ?? 0,
    seesPasswords: row?.sees === true,
  }
}

/** Settings that a role may not see are simply missing from pg_settings: that is a failure, not an empty answer. */
async function settings(reader: PostgresReader): Promise<readonly Fact<'pg_setting_value'>[]> {
  const rows = await reader.query<{ setting: string; value: string; source: string; pending: boolean; may: boolean }>(
    `select name as setting, setting as value, source, pending_restart as pending,
       pg_has_role('pg_read_all_settings', 'usage') as may
     from pg_settings where name = any($1) order by name`,
    [WATCHED_SETTINGS],
  )
  if (rows[0]?.may !== true) denied('pg_settings (pg_read_all_settings)')
  return rows.map(({ setting, value, source, pending }) => ({
    setting,
    value: SECRET_SETTINGS.has(setting)
      ? value === '' || value === '(disabled)'
        ? 'empty'
        : 'set'
      : value.slice(0, 4000),
    source,
    pendingRestart: pending,
  }))
}

async function hbaRules(reader: PostgresReader): Promise<readonly Fact<'pg_hba_rule'>[]> {
  const [server] = await reader.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  )
  // Before 16 there were no included files.
  const file = (server?.major ?? 0) >= 16 ? 'file_name' : `'pg_hba.conf'`
  const rows = await reader.query<Record<string, unknown>>(
    `select line_number as line, ${file} as file, type, database as databases, user_name as roles, address, netmask,
       auth_method as method, options, error from pg_hba_file_rules order by 2, 1`,
  )
  const files = shortNames(rows.map((row) => String(row['file'])))
  return rows.map((row) => ({
    line: Number(row['line']),
    file: files.get(String(row['file'])) ?? '',
    type: String(row['type'] ?? ''),
    databases: (row['databases'] as string[] | null) ?? [],
    roles: (row['roles'] as string[] | null) ?? [],
    address: row['address'] as string | null,
    netmask: row['netmask'] as string | null,
    method: String(row['method'] ?? ''),
    options: withoutSecrets((row['options'] as string[] | null) ?? []),
    error: problemOf(row),
  }))
}

/** For some broken lines (a list of RADIUS secrets) the server tells neither what they say nor what is wrong. */
const problemOf = (row: Record<string, unknown>): string | null =>
  row['error'] !== null ? safeMessage(String(row['error'])) : row['type'] === null ? 'line not accepted' : null

/**
 * Clients and replicas: a replica in clear text sends whole databases. Our own sessions are left out by role, name and
 * address together: a name alone could be taken by anybody. A backend that is still signing in has no role yet and is
 * no session.
 */
async function sessions(reader: PostgresReader): Promise<readonly Fact<'pg_session'>[]> {
  const rows = await reader.query<{
    role: string
    database: string | null
    client: string | null
    tls: boolean
    version: string | null
    n: number
    may: boolean
  }>(`
    select coalesce(a.usename::text, 'oid ' || a.usesysid) as role, a.datname::text as database, host(a.client_addr) as client,
      coalesce(s.ssl, false) as tls, s.version, count(*)::int as n, pg_has_role('pg_read_all_stats', 'usage') as may
    from pg_stat_activity a left join pg_stat_ssl s on s.pid = a.pid
    where a.backend_type in ('client backend', 'walsender') and a.usesysid is not null
      and not exists (select from pg_stat_activity own where own.pid = pg_backend_pid()
        and own.usesysid = a.usesysid and own.application_name = a.application_name
        and own.client_addr is not distinct from a.client_addr)
    group by 1, 2, 3, 4, 5, 7 order by 1, 2, 3`)
  // Without the right, the type of other roles' backends is hidden, and so they would be missing without a word.
  const [right] = await reader.query<{ may: boolean }>(`select pg_has_role('pg_read_all_stats', 'usage') as may`)
  if (right?.may !== true) denied('pg_stat_activity (pg_read_all_stats)')
  return rows.map(({ role, database, client, tls, version, n }) => ({
    role,
    database,
    client,
    tls,
    tlsVersion: version,
    sessions: n,
  }))
}

function denied(what: string): never {
  throw new BergfriedError('collect.denied', { what })
}
