import { defineCheck } from '../../../kernel/check/check.ts'

export const dbSessionsUseTls = defineCheck({
  id: 'access.db-sessions-use-tls',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Jede bestehende Verbindung über das Netz ist verschlüsselt',
    en: 'Every live connection over the network is encrypted',
  },
  population: { de: 'Verbindungen (Rolle, Datenbank, Rechner)', en: 'connections (role, database, computer)' },
  remedy: {
    de: 'Beim Client sslmode=verify-full setzen, die Verbindung neu aufbauen und in der pg_hba.conf `host` durch `hostssl` ersetzen: eine geänderte Regel beendet keine bestehende Verbindung.',
    en: 'Set sslmode=verify-full at the client, connect again, and replace `host` by `hostssl` in pg_hba.conf: a changed rule ends no connection that exists.',
  },
  reasons: {
    encrypted: { de: 'verschlüsselt mit {tls}', en: 'encrypted with {tls}' },
    unix_socket: { de: 'am Unix-Socket', en: 'at the Unix socket' },
    loopback: { de: 'vom selben Rechner', en: 'from the same computer' },
    clear_text: { de: 'unverschlüsselt von {client}', en: 'unencrypted from {client}' },
    old_tls: { de: 'veraltetes {tls} von {client}', en: 'outdated {tls} from {client}' },
  },
  reads: ['pg_session'],
  dimensions: ['client', 'tls'],
  freshness: 'PT1H',
  sql: `
    with connection as (
      select system, role, database, client, bool_and(tls) as encrypted,
        string_agg(distinct coalesce(tls_version, 'TLS'), ', ') filter (where tls) as tls,
        coalesce(bool_or(tls_version in ('SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1')), false) as old
      from pg_session group by system, role, database, client
    ),
    judged as (
      select system, role || '@' || coalesce(database, '-') || coalesce(' (' || client || ')', '') as resource, client, tls,
        case
          when coalesce(client, '') = '' then 'unix_socket'
          when encrypted and not old then 'encrypted'
          when case when pg_input_is_valid(client, 'inet')
            then client::inet <<= inet '127.0.0.0/8' or client::inet = inet '::1' else false end then 'loopback'
          when encrypted then 'old_tls'
          else 'clear_text'
        end as reason
      from connection
    )
    select system, resource, case when reason in ('clear_text', 'old_tls') then 'alarm' else 'ok' end as status, reason,
      client, tls
    from judged
  `,
  examples: [
    {
      name: { de: 'TLS, Socket und derselbe Rechner', en: 'TLS, socket and the same computer' },
      facts: {
        pg_session: [
          {},
          { role: 'postgres', client: null, tls: false, tlsVersion: null },
          { role: 'backup', client: '127.0.0.1', tls: false, tlsVersion: null },
          { role: 'backup', client: '::1', tls: false, tlsVersion: null, database: null },
        ],
      },
      expect: [
        { resource: 'shop@shop (10.0.0.7)', status: 'ok', reason: 'encrypted' },
        { resource: 'postgres@shop', status: 'ok', reason: 'unix_socket' },
        { resource: 'backup@shop (127.0.0.1)', status: 'ok', reason: 'loopback' },
        { resource: 'backup@- (::1)', status: 'ok', reason: 'loopback' },
      ],
    },
    {
      name: { de: 'eine unverschlüsselte unter vielen verschlüsselten', en: 'one unencrypted among many encrypted' },
      facts: {
        pg_session: [
          { sessions: 40 },
          { tls: false, tlsVersion: null, sessions: 1 },
          { role: 'report', client: 'fd00::7', tls: false, tlsVersion: null },
        ],
      },
      expect: [
        { resource: 'shop@shop (10.0.0.7)', status: 'alarm', reason: 'clear_text' },
        { resource: 'report@shop (fd00::7)', status: 'alarm', reason: 'clear_text' },
      ],
    },
    {
      name: {
        de: 'veraltetes TLS, und eine Adresse, die niemand versteht',
        en: 'outdated TLS, and an address that nobody understands',
      },
      facts: {
        pg_session: [{ tlsVersion: 'TLSv1.1' }, { role: 'odd', client: 'fe80::1%eth0', tls: false, tlsVersion: null }],
      },
      expect: [
        { resource: 'shop@shop (10.0.0.7)', status: 'alarm', reason: 'old_tls' },
        { resource: 'odd@shop (fe80::1%eth0)', status: 'alarm', reason: 'clear_text' },
      ],
    },
  ],
})
