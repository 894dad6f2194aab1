import { defineCheck } from '../../../kernel/check/check.ts'

const SOCKET = { type: 'local', address: null, netmask: null, method: 'peer' }
const LOOPBACK = {
  type: 'host',
  address: '127.0.0.1',
  netmask: '255.255.255.255',
}

export const dbRemoteNeedsTls = defineCheck({
  id: 'access.db-remote-needs-tls',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Über das Netz kommt man nur verschlüsselt an die Datenbank',
    en: 'Over the network the database is reached encrypted only',
  },
  population: { de: 'Zeilen der pg_hba.conf', en: 'lines of pg_hba.conf' },
  remedy: {
    de: 'In {resource} `host` durch `hostssl` ersetzen oder davor `hostnossl all all all reject` stellen, denn die erste passende Zeile gilt; ssl = on muss gesetzt sein; danach SELECT pg_reload_conf().',
    en: 'In {resource} replace `host` by `hostssl`, or put `hostnossl all all all reject` before it, as the first line that fits decides; ssl = on must be set; then SELECT pg_reload_conf().',
  },
  reasons: {
    unix_socket: { de: 'nur am Unix-Socket', en: 'at the Unix socket only' },
    loopback: { de: 'nur vom selben Rechner', en: 'from the same computer only' },
    encrypted: { de: 'nur verschlüsselt', en: 'encrypted only' },
    rejected: { de: 'weist ab', en: 'rejects' },
    guarded: {
      de: 'Zeile {guard} hat Unverschlüsseltes schon abgewiesen',
      en: 'line {guard} has rejected the unencrypted before',
    },
    not_reachable: {
      de: 'der Server ist aus dem Netz nicht erreichbar (listen_addresses: {listens})',
      en: 'the server cannot be reached from the network (listen_addresses: {listens})',
    },
    clear_text: { de: 'lässt unverschlüsselte Verbindungen zu: {rule}', en: 'lets unencrypted connections in: {rule}' },
    behind_clear_text: {
      de: 'wirkungslos: Zeile {guard} davor lässt dieselben unverschlüsselt herein',
      en: 'without effect: line {guard} before it lets the same in unencrypted',
    },
    unknown: {
      de: 'PostgreSQL versteht die Zeile nicht: {rule}',
      en: 'PostgreSQL does not understand the line: {rule}',
    },
  },
  reads: ['pg_hba_rule', 'pg_cluster'],
  dimensions: ['rule', 'guard', 'listens'],
  freshness: 'PT1H',
  // The first line whose type, database, role and address fit decides (PostgreSQL manual, 20.1), so the order counts.
  // "all" databases does not include replication. A server without TLS that listens on its own computer alone is let
  // off; one that has TLS is not, because its lines would hold at once when it is opened to the network.
  sql: `
    with rule as (
      select *,
        case when netmask is not null and pg_input_is_valid(address, 'inet') and pg_input_is_valid(netmask, 'inet')
          then set_masklen(address::inet, bit_count(substring(inet_send(netmask::inet) from 5))::int) end as net
      from pg_hba_rule
    ),
    -- Lines that decide about unencrypted connections, for whatever they cover.
    decider as (select *, method = 'reject' as rejects from rule where type in ('host', 'hostnossl') and error is null),
    covered as (
      select r.system, r.file, r.line,
        min(d.line) filter (where d.rejects) as rejected_by,
        min(d.line) filter (where not d.rejects) as admitted_by
      from rule r
      join decider d on d.system = r.system and d.file = r.file and d.line < r.line
        and (r.databases <@ d.databases or ('all' = any(d.databases)
          and ('replication' = any(d.databases) or not 'replication' = any(r.databases))))
        and (r.roles <@ d.roles or 'all' = any(d.roles))
        and (d.address = 'all' or d.net >>= r.net or (d.address = r.address and d.netmask is not distinct from r.netmask))
      where r.type in ('host', 'hostssl', 'hostnossl', 'hostnogssenc') and r.method <> 'reject'
      group by r.system, r.file, r.line
    ),
    cluster as (
      select system, nullif(array_to_string(listen_addresses, ', '), '') as listens,
        not tls and not exists (select from unnest(listen_addresses) as l(address)
          where l.address <> 'localhost' and l.address !~ '^127\\.' and l.address <> '::1') as closed
      from pg_cluster
    ),
    judged as (
      select r.system, r.file, r.line, coalesce(k.listens, '-') as listens,
        concat_ws(' ', r.type, array_to_string(r.databases, ','), array_to_string(r.roles, ','), r.address, r.netmask, r.method)
          as rule,
        coalesce(c.rejected_by, c.admitted_by)::text as guard,
        case
          when r.error not like '%cannot match%' or r.type = '' or r.method = '' then 'unknown'
          when r.type = 'local' then 'unix_socket'
          when r.method = 'reject' then 'rejected'
          when r.address = 'samehost' or r.net <<= inet '127.0.0.0/8' or r.net = inet '::1' then 'loopback'
          when k.closed then 'not_reachable'
          when r.type = 'hostssl' and c.admitted_by < coalesce(c.rejected_by, c.admitted_by + 1) then 'behind_clear_text'
          when r.type in ('hostssl', 'hostgssenc') then 'encrypted'
          when c.rejected_by < coalesce(c.admitted_by, c.rejected_by + 1) then 'guarded'
          else 'clear_text'
        end as reason
      from rule r
      left join covered c on c.system = r.system and c.file = r.file and c.line = r.line
      left join cluster k on k.system = r.system
    )
    select system, file || ':' || line as resource,
      case when reason = 'unknown' then 'error' when reason in ('clear_text', 'behind_clear_text') then 'alarm' else 'ok' end
        as status,
      reason, rule, guard, listens
    from judged
  `,
  examples: [
    {
      name: { de: 'Socket, derselbe Rechner und TLS', en: 'socket, the same computer and TLS' },
      facts: {
        pg_cluster: [{}],
        pg_hba_rule: [
          { line: 1, ...SOCKET },
          { line: 2, ...LOOPBACK },
          { line: 3, type: 'host', address: '::1', netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' },
          { line: 4, type: 'host', address: 'samehost', netmask: null },
          { line: 5, type: 'hostssl', address: 'all', netmask: null },
          { line: 6, type: 'host', address: 'all', netmask: null, method: 'reject' },
          { line: 7, type: 'hostgssenc', address: 'all', netmask: null, method: 'gss' },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'unix_socket' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'loopback' },
        { resource: 'pg_hba.conf:3', status: 'ok', reason: 'loopback' },
        { resource: 'pg_hba.conf:4', status: 'ok', reason: 'loopback' },
        { resource: 'pg_hba.conf:5', status: 'ok', reason: 'encrypted' },
        { resource: 'pg_hba.conf:6', status: 'ok', reason: 'rejected' },
        { resource: 'pg_hba.conf:7', status: 'ok', reason: 'encrypted' },
      ],
    },
    {
      name: {
        de: 'jede andere Adresse ohne TLS-Zwang, auch wenn sie klein aussieht',
        en: 'every other address without forced TLS, even if it looks small',
      },
      facts: {
        pg_cluster: [{}],
        pg_hba_rule: [
          { line: 1, type: 'host', address: 'all', netmask: null },
          { line: 2, type: 'host', address: '10.0.0.7', netmask: '255.255.255.255' },
          { line: 3, type: 'hostnossl', address: '10.0.0.0', netmask: '255.0.0.0', method: 'md5' },
          { line: 4, type: 'host', address: 'samenet', netmask: null },
          { line: 5, type: 'host', address: '.example.com', netmask: null },
          { line: 6, type: 'host', address: '127.0.0.0', netmask: '254.0.0.0' },
          { line: 7, type: 'host', address: '::', netmask: '::' },
          { line: 8, type: 'hostnogssenc', address: '10.1.0.0', netmask: '255.255.0.0', databases: ['replication'] },
        ],
      },
      expect: [1, 2, 3, 4, 5, 6, 7, 8].map((line) => ({
        resource: `pg_hba.conf:${line}`,
        status: 'alarm' as const,
        reason: 'clear_text',
      })),
    },
    {
      name: {
        de: 'die Reihenfolge entscheidet: TLS hinter Klartext wirkt nicht',
        en: 'the order decides: TLS behind clear text has no effect',
      },
      facts: {
        pg_cluster: [{}],
        pg_hba_rule: [
          { line: 10, type: 'host', address: '10.0.0.0', netmask: '255.0.0.0', databases: ['shop'] },
          {
            line: 11,
            type: 'hostssl',
            address: '10.2.0.0',
            netmask: '255.255.0.0',
            databases: ['shop'],
            roles: ['ada'],
          },
          { line: 12, type: 'hostssl', address: '10.2.0.0', netmask: '255.255.0.0', databases: ['billing'] },
          { line: 13, type: 'hostssl', address: '192.168.0.0', netmask: '255.255.0.0', databases: ['shop'] },
          { line: 14, type: 'hostssl', address: 'all', netmask: null, databases: ['shop'] },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:10', status: 'alarm', reason: 'clear_text' },
        { resource: 'pg_hba.conf:11', status: 'alarm', reason: 'behind_clear_text' },
        { resource: 'pg_hba.conf:12', status: 'ok', reason: 'encrypted' },
        { resource: 'pg_hba.conf:13', status: 'ok', reason: 'encrypted' },
        { resource: 'pg_hba.conf:14', status: 'ok', reason: 'encrypted' },
      ],
    },
    {
      name: {
        de: 'eine Abweisung des Unverschlüsselten davor genügt, soweit sie reicht',
        en: 'rejecting the unencrypted before is enough as far as it reaches',
      },
      facts: {
        pg_cluster: [{}],
        pg_hba_rule: [
          { line: 1, type: 'hostnossl', address: '10.0.0.0', netmask: '255.0.0.0', method: 'reject' },
          { line: 2, type: 'host', address: '10.3.0.0', netmask: '255.255.0.0' },
          { line: 3, type: 'host', address: '10.3.0.0', netmask: '255.255.0.0', databases: ['replication'] },
          { line: 4, type: 'host', address: '172.16.0.0', netmask: '255.240.0.0' },
          { line: 5, type: 'hostssl', address: '10.3.0.0', netmask: '255.255.0.0' },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'rejected' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'guarded' },
        { resource: 'pg_hba.conf:3', status: 'alarm', reason: 'clear_text' },
        { resource: 'pg_hba.conf:4', status: 'alarm', reason: 'clear_text' },
        { resource: 'pg_hba.conf:5', status: 'ok', reason: 'encrypted' },
      ],
    },
    {
      name: {
        de: 'ein Server ohne TLS, der nur auf dem eigenen Rechner lauscht',
        en: 'a server without TLS that listens on its own computer only',
      },
      facts: {
        pg_cluster: [{ tls: false, listenAddresses: ['localhost', '127.0.0.1', '::1'] }],
        pg_hba_rule: [{ line: 1, type: 'host', address: 'all', netmask: null }],
      },
      expect: [{ resource: 'pg_hba.conf:1', status: 'ok', reason: 'not_reachable' }],
    },
    {
      name: {
        de: 'wer TLS hat, soll es auch verlangen, bevor der Server geöffnet wird',
        en: 'who has TLS should demand it before the server is opened',
      },
      facts: {
        pg_cluster: [{ tls: true, listenAddresses: ['localhost'] }],
        pg_hba_rule: [{ line: 1, type: 'host', address: 'all', netmask: null }],
      },
      expect: [{ resource: 'pg_hba.conf:1', status: 'alarm', reason: 'clear_text' }],
    },
    {
      name: {
        de: 'was PostgreSQL nicht versteht, ist weder gut noch schlecht',
        en: 'what PostgreSQL does not understand is neither good nor bad',
      },
      facts: {
        pg_cluster: [{}],
        pg_hba_rule: [
          {
            line: 7,
            type: '',
            databases: [],
            roles: [],
            address: null,
            netmask: null,
            method: '',
            error: 'end-of-line',
          },
        ],
      },
      expect: [{ resource: 'pg_hba.conf:7', status: 'error', reason: 'unknown' }],
    },
  ],
})
