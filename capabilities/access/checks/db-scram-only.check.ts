import { defineCheck } from '../../../kernel/check/check.ts'

const SCRAM = { setting: 'password_encryption', value: 'scram-sha-256' }

export const dbScramOnly = defineCheck({
  id: 'access.db-scram-only',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Datenbankpasswörter sind mit SCRAM gesichert und werden nur so geprüft',
    en: 'Database passwords are kept with SCRAM and proved with nothing else',
  },
  population: {
    de: 'Rollen, Zeilen der pg_hba.conf und Einstellungen',
    en: 'roles, lines of pg_hba.conf and settings',
  },
  remedy: {
    de: "ALTER SYSTEM SET password_encryption = 'scram-sha-256'; die Passwörter der Rollen mit md5 neu setzen (psql: \\password ROLLE); in der pg_hba.conf `md5` durch `scram-sha-256` ersetzen; SELECT pg_reload_conf().",
    en: "ALTER SYSTEM SET password_encryption = 'scram-sha-256'; set the passwords of roles with md5 anew (psql: \\password ROLE); replace `md5` by `scram-sha-256` in pg_hba.conf; SELECT pg_reload_conf().",
  },
  reasons: {
    scram: { de: 'SCRAM', en: 'SCRAM' },
    no_password: { de: 'ohne Passwort', en: 'without a password' },
    no_login: { de: 'Rolle ohne Anmeldung, Passwort unbekannt', en: 'role without login, password unknown' },
    other_method: { de: 'kein md5: {found}', en: 'no md5: {found}' },
    md5_verifier: { de: 'das Passwort liegt als md5 vor', en: 'the password is kept as md5' },
    md5_method: { de: 'lässt md5 zu', en: 'admits md5' },
    md5_setting: { de: 'neue Passwörter werden mit {found} gespeichert', en: 'new passwords are kept with {found}' },
    unknown: {
      de: 'nicht lesbar; das Lesekonto darf es nicht sehen',
      en: 'not readable; the reading account may not see it',
    },
  },
  reads: ['pg_role', 'pg_hba_rule', 'pg_setting_value', 'pg_cluster'],
  dimensions: ['found'],
  freshness: 'PT6H',
  sql: `
    with judged as (
      select system, 'role ' || role as resource, password as found,
        case
          when password = 'md5' then 'md5_verifier'
          when password = 'scram' then 'scram'
          when password = 'none' then 'no_password'
          when can_login then 'unknown'
          else 'no_login'
        end as reason
      from pg_role where left(role, 3) <> 'pg_'
      union all
      select system, file || ':' || line, method,
        case
          when error not like '%cannot match%' or method = '' then 'unknown'
          when method = 'md5' then 'md5_method'
          else 'other_method'
        end
      from pg_hba_rule
      union all
      select c.system, 'password_encryption', s.value,
        case when s.value is null then 'unknown' when s.value = 'scram-sha-256' then 'scram' else 'md5_setting' end
      from pg_cluster c
      left join pg_setting_value s on s.system = c.system and s.setting = 'password_encryption'
    )
    select system, resource,
      case
        when reason in ('scram', 'no_password', 'other_method') then 'ok'
        when reason = 'unknown' then 'error'
        when reason = 'no_login' then 'skip'
        else 'alarm'
      end as status,
      reason, found
    from judged
  `,
  examples: [
    {
      name: { de: 'SCRAM überall', en: 'SCRAM everywhere' },
      facts: {
        pg_cluster: [{}],
        pg_role: [
          {},
          { role: 'postgres', password: 'none' },
          { role: 'pg_monitor', canLogin: false, password: 'none', builtIn: true },
        ],
        pg_hba_rule: [{ line: 1 }, { line: 2, method: 'peer', type: 'local', address: null, netmask: null }],
        pg_setting_value: [SCRAM],
      },
      expect: [
        { resource: 'role ada', status: 'ok', reason: 'scram' },
        { resource: 'role postgres', status: 'ok', reason: 'no_password' },
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'other_method' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'other_method' },
        { resource: 'password_encryption', status: 'ok', reason: 'scram' },
      ],
    },
    {
      name: {
        de: 'md5 als Passwort, als Verfahren und als Einstellung; auch an einer gesperrten Rolle',
        en: 'md5 as password, as method and as setting; on a locked role too',
      },
      facts: {
        pg_cluster: [{}],
        pg_role: [{ password: 'md5' }, { role: 'old', canLogin: false, password: 'md5' }],
        pg_hba_rule: [{ method: 'md5' }],
        pg_setting_value: [{ setting: 'password_encryption', value: 'md5' }],
      },
      expect: [
        { resource: 'role ada', status: 'alarm', reason: 'md5_verifier' },
        { resource: 'role old', status: 'alarm', reason: 'md5_verifier' },
        { resource: 'pg_hba.conf:10', status: 'alarm', reason: 'md5_method' },
        { resource: 'password_encryption', status: 'alarm', reason: 'md5_setting' },
      ],
    },
    {
      name: { de: 'was nicht zu sehen ist, ist nicht gut', en: 'what cannot be seen is not fine' },
      facts: {
        pg_cluster: [{ seesPasswords: false }],
        pg_role: [{ password: 'unknown' }, { role: 'readers', canLogin: false, password: 'unknown' }],
        pg_hba_rule: [{ line: 3, method: '', error: 'end-of-line' }],
      },
      expect: [
        { resource: 'role ada', status: 'error', reason: 'unknown' },
        { resource: 'role readers', status: 'skip', reason: 'no_login' },
        { resource: 'pg_hba.conf:3', status: 'error', reason: 'unknown' },
        { resource: 'password_encryption', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
