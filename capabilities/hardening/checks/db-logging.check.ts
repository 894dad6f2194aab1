import { defineCheck } from '../../../kernel/check/check.ts'

const GOOD = [
  { setting: 'log_connections', value: 'on' },
  { setting: 'log_disconnections', value: 'on' },
  { setting: 'log_statement', value: 'ddl' },
  { setting: 'log_min_messages', value: 'warning' },
  { setting: 'log_min_error_statement', value: 'error' },
  { setting: 'log_line_prefix', value: '%m [%p] %q%u@%d ' },
  { setting: 'log_destination', value: 'stderr' },
]

const SETTINGS = GOOD.map((s) => s.setting)

export const dbLogging = defineCheck({
  id: 'hardening.db-logging',
  appliesTo: 'postgres',
  severity: 'medium',
  title: {
    de: 'Die Datenbank protokolliert, wer sich wann anmeldet und was am Aufbau geändert wird',
    en: 'The database logs who logs in when and what changes its structure',
  },
  population: { de: 'Einstellungen der Protokollierung', en: 'logging settings' },
  remedy: {
    de: "ALTER SYSTEM SET {resource} = '{wanted}'; SELECT pg_reload_conf().",
    en: "ALTER SYSTEM SET {resource} = '{wanted}'; SELECT pg_reload_conf().",
  },
  reasons: {
    logs: { de: '{found}', en: '{found}' },
    structured: {
      de: 'strukturiertes Protokoll, jede Zeile nennt ohnehin Zeit, Rolle und Datenbank',
      en: 'structured log, every line names time, role and database anyway',
    },
    silent: {
      de: 'steht auf „{found}“, nötig ist mindestens „{wanted}“',
      en: 'is “{found}”, at least “{wanted}” is needed',
    },
    anonymous: {
      de: 'nennt nicht Zeit, Rolle und Datenbank: „{found}“',
      en: 'does not name time, role and database: “{found}”',
    },
    unknown: { de: 'nicht gelesen', en: 'not read' },
  },
  reads: ['pg_setting_value', 'pg_cluster'],
  dimensions: ['found', 'wanted'],
  freshness: 'PT24H',
  // log_connections is a list of events since PostgreSQL 18 ("on" and "all" still hold); "receipt" alone names nobody.
  sql: `
    with wanted (setting, wanted) as (
      values ('log_connections', 'on'), ('log_disconnections', 'on'), ('log_statement', 'ddl'),
        ('log_min_messages', 'warning'), ('log_min_error_statement', 'error'), ('log_line_prefix', '%m [%p] %q%u@%d ')
    ),
    destination as (
      select system, bool_or(value ~ '(csvlog|jsonlog)') as structured
      from pg_setting_value where setting = 'log_destination' group by system
    ),
    judged as (
      select c.system, w.setting, w.wanted, s.value as found,
        case
          when s.setting is null then 'unknown'
          when w.setting = 'log_connections'
            then case when lower(s.value) ~ '(^|[ ,])(on|yes|true|1|all|authentication|authorization)($|[ ,])'
              then 'logs' else 'silent' end
          when w.setting = 'log_disconnections' then case when lower(s.value) in ('on', 'yes', 'true', '1') then 'logs' else 'silent' end
          when w.setting = 'log_statement' then case when s.value in ('ddl', 'mod', 'all') then 'logs' else 'silent' end
          when w.setting = 'log_min_messages'
            then case when s.value in ('error', 'log', 'fatal', 'panic') then 'silent' else 'logs' end
          when w.setting = 'log_min_error_statement'
            then case when s.value in ('log', 'fatal', 'panic') then 'silent' else 'logs' end
          when d.structured then 'structured'
          when s.value ~ '%-?[0-9]*[mtn]' and s.value ~ '%-?[0-9]*u' and s.value ~ '%-?[0-9]*d' then 'logs'
          else 'anonymous'
        end as reason
      from pg_cluster c
      cross join wanted w
      left join pg_setting_value s on s.system = c.system and s.setting = w.setting
      left join destination d on d.system = c.system
    )
    select system, setting as resource,
      case when reason in ('logs', 'structured') then 'ok' when reason = 'unknown' then 'error' else 'alarm' end as status,
      reason, found, wanted
    from judged
  `,
  examples: [
    {
      name: { de: 'alles Nötige wird protokolliert', en: 'everything needed is logged' },
      facts: { pg_cluster: [{}], pg_setting_value: GOOD },
      expect: SETTINGS.filter((s) => s !== 'log_destination').map((resource) => ({
        resource,
        status: 'ok' as const,
        reason: 'logs',
      })),
    },
    {
      name: { de: 'wie ausgeliefert bleibt fast alles still', en: 'as delivered almost everything stays silent' },
      facts: {
        pg_cluster: [{}],
        pg_setting_value: [
          { setting: 'log_connections', value: 'receipt' },
          { setting: 'log_disconnections', value: 'off' },
          { setting: 'log_statement', value: 'none' },
          { setting: 'log_min_messages', value: 'panic' },
          { setting: 'log_min_error_statement', value: 'fatal' },
          { setting: 'log_line_prefix', value: '%m [%p] ' },
        ],
      },
      expect: [
        { resource: 'log_connections', status: 'alarm', reason: 'silent' },
        { resource: 'log_disconnections', status: 'alarm', reason: 'silent' },
        { resource: 'log_statement', status: 'alarm', reason: 'silent' },
        { resource: 'log_min_messages', status: 'alarm', reason: 'silent' },
        { resource: 'log_min_error_statement', status: 'alarm', reason: 'silent' },
        { resource: 'log_line_prefix', status: 'alarm', reason: 'anonymous' },
      ],
    },
    {
      name: {
        de: 'ein strukturiertes Protokoll, und eine Einstellung, die fehlt',
        en: 'a structured log, and a setting that is missing',
      },
      facts: {
        pg_cluster: [{}],
        pg_setting_value: [
          ...GOOD.slice(1, 5),
          { setting: 'log_line_prefix', value: '' },
          { setting: 'log_destination', value: 'stderr,jsonlog' },
        ],
      },
      expect: [
        { resource: 'log_connections', status: 'error', reason: 'unknown' },
        { resource: 'log_disconnections', status: 'ok', reason: 'logs' },
        { resource: 'log_statement', status: 'ok', reason: 'logs' },
        { resource: 'log_min_messages', status: 'ok', reason: 'logs' },
        { resource: 'log_min_error_statement', status: 'ok', reason: 'logs' },
        { resource: 'log_line_prefix', status: 'ok', reason: 'structured' },
      ],
    },
    {
      name: { de: 'die Liste von Ereignissen seit PostgreSQL 18', en: 'the list of events since PostgreSQL 18' },
      facts: {
        pg_cluster: [{}],
        pg_setting_value: [{ setting: 'log_connections', value: 'receipt,authorization' }, ...GOOD.slice(1)],
      },
      expect: SETTINGS.filter((s) => s !== 'log_destination').map((resource) => ({
        resource,
        status: 'ok' as const,
        reason: 'logs',
      })),
    },
  ],
})
