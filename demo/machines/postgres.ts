import type { Fact } from '../../facts/kinds.ts'
import type { DemoPostgres } from '../company.ts'
import { dayNumber, type FactsOf } from '../facts-of.ts'
import { noiseBetween } from '../noise.ts'

const BUILT_IN = [
  'pg_checkpoint',
  'pg_database_owner',
  'pg_execute_server_program',
  'pg_maintain',
  'pg_monitor',
  'pg_read_all_data',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_signal_backend',
  'pg_stat_scan_tables',
  'pg_write_all_data',
]
const MONITOR = ['pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables']

const SETTINGS: Readonly<Record<string, string>> = {
  archive_mode: 'on',
  data_checksums: 'on',
  fsync: 'on',
  full_page_writes: 'on',
  listen_addresses: '*',
  log_connections: 'on',
  log_destination: 'stderr',
  log_disconnections: 'on',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_min_error_statement: 'error',
  log_min_messages: 'warning',
  log_statement: 'ddl',
  logging_collector: 'on',
  max_connections: '200',
  password_encryption: 'scram-sha-256',
  row_security: 'on',
  ssl: 'on',
  ssl_cert_file: 'server.crt',
  ssl_key_file: 'server.key',
  ssl_min_protocol_version: 'TLSv1.2',
  synchronous_commit: 'on',
  unix_socket_permissions: '0700',
  wal_level: 'replica',
}

/** Facts of a PostgreSQL cluster in which all is well. */
export function goodPostgres(cluster: DemoPostgres, at: Date): FactsOf {
  const { database, application } = cluster
  const owner = `${database}_owner`
  return {
    pg_cluster: [
      {
        version: cluster.version,
        major: Number.parseInt(cluster.version, 10),
        dataChecksums: true,
        inRecovery: false,
        tls: true,
        listenAddresses: ['*'],
        port: 5432,
        seesPasswords: true,
      },
    ],
    pg_setting_value: Object.entries(SETTINGS).map(([setting, value]) => ({
      setting,
      value,
      source: 'configuration file',
      pendingRestart: false,
    })),
    pg_hba_rule: [
      hbaRule(1, 'local', ['postgres'], 'scram-sha-256'),
      hbaRule(2, 'local', ['all'], 'scram-sha-256'),
      hbaRule(3, 'hostssl', ['all'], 'scram-sha-256'),
    ],
    pg_role: [
      ...BUILT_IN.map((name, n) => ({
        ...role(name, 4500 + n),
        canLogin: false,
        password: 'none' as const,
        builtIn: true,
      })),
      {
        ...role('postgres', 10),
        superuser: true,
        createRole: true,
        createDb: true,
        replication: true,
        bypassRls: true,
        builtIn: true,
      },
      { ...role(owner, 16_384), canLogin: false, password: 'none' },
      { ...role(application, 16_385), memberOf: [owner] },
      { ...role('metrics', 16_386), memberOf: MONITOR },
      { ...role('backup', 16_387), replication: true },
      ...cluster.readers.map((reader, n) => role(reader, 16_400 + n)),
    ],
    pg_db: [
      db('postgres', 'postgres'),
      { ...db('template0', 'postgres'), allowsConnections: false, publicConnect: true, isTemplate: true },
      { ...db('template1', 'postgres'), isTemplate: true },
      db(database, owner),
    ],
    pg_owned: [
      { database, owner, objects: noiseBetween(12, 80, 'objects', cluster.name) },
      { database, owner: 'pg_database_owner', objects: 1 },
    ],
    pg_installed_extension: ['postgres', 'template1', database].map((name) => ({
      database: name,
      extension: 'plpgsql',
      version: '1.0',
      reachesOut: false,
    })),
    pg_grant: cluster.readers.flatMap((reader): Fact<'pg_grant'>[] => [
      grant(database, 'report', 'monthly', 'view', reader, 'SELECT'),
      grant(database, 'report', 'report', 'schema', reader, 'USAGE'),
    ]),
    pg_default_privilege: [],
    pg_security_definer: [],
    field_column: [
      {
        ...{ database, relation: `${database}.integration`, field: 'api_key', problem: null, whole: true },
        ...{ readAtLeast: 1000, clearText: 0, unknownKey: 0, keyIds: ['1', '2'], unknownKeyIds: [] },
        rowKeyUnique: true,
      },
    ],
    field_search: ['postgres', database].map((name) => ({
      database: name,
      searched: name === 'postgres' ? 0 : 41,
      leftOut: 0,
    })),
    field_suspect: [],
    pg_session: [
      session(
        application,
        database,
        '10.20.1.11',
        noiseBetween(4, 12, 'sessions', cluster.name, Math.floor(dayNumber(at) / 4)),
      ),
      session('metrics', 'postgres', '10.20.1.40', 1),
    ],
  }
}

export const role = (name: string, oid: number): Fact<'pg_role'> => ({
  role: name,
  oid,
  canLogin: true,
  superuser: false,
  createRole: false,
  createDb: false,
  replication: false,
  bypassRls: false,
  inherits: true,
  connectionLimit: -1,
  validUntil: null,
  memberOf: [],
  password: 'scram',
  builtIn: false,
})

export const hbaRule = (
  line: number,
  type: 'local' | 'hostssl' | 'host',
  roles: readonly string[],
  method: string,
): Fact<'pg_hba_rule'> => ({
  line,
  file: 'pg_hba.conf',
  type,
  databases: ['all'],
  roles: [...roles],
  address: type === 'local' ? null : '10.20.1.0',
  netmask: type === 'local' ? null : '255.255.255.0',
  method,
  options: [],
  error: null,
})

const db = (database: string, owner: string): Fact<'pg_db'> => ({
  database,
  owner,
  allowsConnections: true,
  publicConnect: false,
  publicCreate: false,
  isTemplate: false,
})

export const grant = (
  database: string,
  schema: string,
  object: string,
  objectKind: Fact<'pg_grant'>['objectKind'],
  grantee: string,
  privilege: string,
): Fact<'pg_grant'> => ({ database, schema, object, objectKind, grantee, privileges: [privilege], grantable: false })

export const session = (role: string, database: string, client: string, sessions: number): Fact<'pg_session'> => ({
  role,
  database,
  client,
  tls: true,
  tlsVersion: 'TLSv1.3',
  sessions,
})
