import { defineCheck } from '../../../kernel/check/check.ts'

export const dbTlsIsOn = defineCheck({
  id: 'keys.db-tls-is-on',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Die Datenbank spricht TLS, und zwar mindestens 1.2',
    en: 'The database speaks TLS, and at least 1.2 of it',
  },
  population: { de: 'Einstellungen', en: 'settings' },
  remedy: {
    de: "ALTER SYSTEM SET ssl = on (mit ssl_cert_file und ssl_key_file); ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.2'; SELECT pg_reload_conf().",
    en: "ALTER SYSTEM SET ssl = on (with ssl_cert_file and ssl_key_file); ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.2'; SELECT pg_reload_conf().",
  },
  reasons: {
    on: { de: 'eingeschaltet', en: 'switched on' },
    modern: { de: 'mindestens {found}', en: 'at least {found}' },
    off: {
      de: 'ausgeschaltet, und der Server ist aus dem Netz erreichbar ({listens})',
      en: 'switched off, and the server can be reached from the network ({listens})',
    },
    old: { de: 'lässt veraltetes TLS zu: {found}', en: 'admits outdated TLS: {found}' },
    no_network: {
      de: 'der Server ist nur vom selben Rechner erreichbar ({listens})',
      en: 'the server can be reached from its own computer only ({listens})',
    },
    unknown: { de: 'nicht gelesen', en: 'not read' },
  },
  reads: ['pg_cluster', 'pg_setting_value'],
  dimensions: ['found', 'listens'],
  freshness: 'PT6H',
  sql: `
    with cluster as (
      select c.system, c.tls, coalesce(nullif(array_to_string(c.listen_addresses, ', '), ''), 'Unix socket') as listens,
        not exists (select from unnest(c.listen_addresses) as l(address)
          where l.address <> 'localhost' and l.address !~ '^127\\.' and l.address <> '::1') as closed,
        s.value as minimum
      from pg_cluster c
      left join pg_setting_value s on s.system = c.system and s.setting = 'ssl_min_protocol_version'
    ),
    judged as (
      select system, 'ssl' as resource, case when tls then 'on' else 'off' end as found, listens,
        case when tls then 'on' when closed then 'no_network' else 'off' end as reason
      from cluster
      union all
      select system, 'ssl_min_protocol_version', minimum, listens,
        case when minimum is null then 'unknown' when minimum in ('TLSv1.2', 'TLSv1.3') then 'modern' else 'old' end
      from cluster where tls
    )
    select system, resource,
      case when reason in ('on', 'modern') then 'ok' when reason = 'no_network' then 'skip' when reason = 'unknown' then 'error'
        else 'alarm' end as status,
      reason, found, listens
    from judged
  `,
  examples: [
    {
      name: { de: 'TLS ab 1.2', en: 'TLS from 1.2 on' },
      facts: { pg_cluster: [{}], pg_setting_value: [{ setting: 'ssl_min_protocol_version', value: 'TLSv1.2' }] },
      expect: [
        { resource: 'ssl', status: 'ok', reason: 'on' },
        { resource: 'ssl_min_protocol_version', status: 'ok', reason: 'modern' },
      ],
    },
    {
      name: { de: 'ausgeschaltet und aus dem Netz erreichbar', en: 'switched off and reachable from the network' },
      facts: { pg_cluster: [{ tls: false, listenAddresses: ['localhost', '10.0.0.5'] }], pg_setting_value: [{}] },
      expect: [{ resource: 'ssl', status: 'alarm', reason: 'off' }],
    },
    {
      name: { de: 'nur der Unix-Socket oder die eigene Adresse', en: 'the Unix socket or the own address only' },
      facts: { pg_cluster: [{ tls: false, listenAddresses: [] }], pg_setting_value: [{}] },
      expect: [{ resource: 'ssl', status: 'skip', reason: 'no_network' }],
    },
    {
      name: { de: 'veraltete Fassungen sind erlaubt', en: 'outdated versions are admitted' },
      facts: { pg_cluster: [{}], pg_setting_value: [{ setting: 'ssl_min_protocol_version', value: 'TLSv1' }] },
      expect: [
        { resource: 'ssl', status: 'ok', reason: 'on' },
        { resource: 'ssl_min_protocol_version', status: 'alarm', reason: 'old' },
      ],
    },
    {
      name: { de: 'die Mindestfassung wurde nicht gelesen', en: 'the minimum version was not read' },
      facts: { pg_cluster: [{}], pg_setting_value: [{}] },
      expect: [
        { resource: 'ssl', status: 'ok', reason: 'on' },
        { resource: 'ssl_min_protocol_version', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
