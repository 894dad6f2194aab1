import { defineCheck } from '../../../kernel/check/check.ts'

export const dbNoCleartextPasswords = defineCheck({
  id: 'access.db-no-cleartext-passwords',
  appliesTo: 'postgres',
  severity: 'critical',
  title: {
    de: 'Kein Passwort geht im Klartext zur Datenbank oder von ihr weiter',
    en: 'No password travels to the database, or on from it, in clear text',
  },
  population: { de: 'Zeilen der pg_hba.conf', en: 'lines of pg_hba.conf' },
  remedy: {
    de: 'In {resource} `password` durch `scram-sha-256` ersetzen; `ldap`, `pam`, `radius` und `bsd` nur in `hostssl`-Zeilen, `ldap` mit ldaptls=1 oder ldapscheme=ldaps; danach SELECT pg_reload_conf().',
    en: 'In {resource} replace `password` by `scram-sha-256`; use `ldap`, `pam`, `radius` and `bsd` in `hostssl` lines only, `ldap` with ldaptls=1 or ldapscheme=ldaps; then SELECT pg_reload_conf().',
  },
  reasons: {
    no_cleartext: { de: 'kein Klartext: {method}', en: 'no clear text: {method}' },
    protected: { de: '{method} auf geschütztem Weg', en: '{method} over a protected way' },
    cleartext: { de: 'Passwort im Klartext: {rule}', en: 'password in clear text: {rule}' },
    delegated_in_clear: {
      de: '{method} bekommt das Passwort im Klartext, und die Leitung darf unverschlüsselt sein: {rule}',
      en: '{method} gets the password in clear text, and the line may be unencrypted: {rule}',
    },
    directory_in_clear: {
      de: 'das Passwort geht unverschlüsselt weiter an das Verzeichnis: {rule}',
      en: 'the password travels on to the directory unencrypted: {rule}',
    },
    unknown: {
      de: 'PostgreSQL versteht die Zeile nicht: {problem}',
      en: 'PostgreSQL does not understand the line: {problem}',
    },
  },
  reads: ['pg_hba_rule'],
  dimensions: ['method', 'rule', 'problem'],
  freshness: 'PT1H',
  // ldap, pam, radius and bsd ask the client for the password itself (PostgreSQL manual, 20.10 to 20.14).
  sql: `
    with address as (
      select *, array_to_string(options, ' ') as settings,
        case when netmask is not null and pg_input_is_valid(address, 'inet') and pg_input_is_valid(netmask, 'inet')
          then set_masklen(address::inet, bit_count(substring(inet_send(netmask::inet) from 5))::int) end as net
      from pg_hba_rule
    ),
    judged as (
      select system, file, line, method, error as problem,
        concat_ws(' ', type, array_to_string(databases, ','), array_to_string(roles, ','), address, netmask, method) as rule,
        case
          when error not like '%cannot match%' or method = '' then 'unknown'
          when method = 'password' then 'cleartext'
          when method not in ('ldap', 'pam', 'radius', 'bsd') then 'no_cleartext'
          when type not in ('local', 'hostssl', 'hostgssenc') and address is distinct from 'samehost'
            and (net <<= inet '127.0.0.0/8' or net = inet '::1') is not true
            then 'delegated_in_clear'
          when method = 'ldap' and settings !~ '(ldaptls=1|ldapscheme=ldaps|ldapurl=ldaps:|ldapserver=(localhost|127\\.|::1))'
            then 'directory_in_clear'
          else 'protected'
        end as reason
      from address
    )
    select system, file || ':' || line as resource,
      case when reason in ('no_cleartext', 'protected') then 'ok' when reason = 'unknown' then 'error' else 'alarm' end as status,
      reason, method, rule, problem
    from judged
  `,
  examples: [
    {
      name: { de: 'SCRAM und Abweisung', en: 'SCRAM and rejection' },
      facts: { pg_hba_rule: [{ line: 1 }, { line: 2, type: 'host', method: 'reject' }] },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'no_cleartext' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'no_cleartext' },
      ],
    },
    {
      name: {
        de: '`password` ist Klartext, auch über TLS und am Socket',
        en: '`password` is clear text, over TLS and at the socket too',
      },
      facts: {
        pg_hba_rule: [
          { line: 1, method: 'password' },
          { line: 2, type: 'local', address: null, netmask: null, method: 'password' },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'alarm', reason: 'cleartext' },
        { resource: 'pg_hba.conf:2', status: 'alarm', reason: 'cleartext' },
      ],
    },
    {
      name: {
        de: 'ein Verzeichnis oder PAM bekommt das Passwort: beide Wege zählen',
        en: 'a directory or PAM gets the password: both ways count',
      },
      facts: {
        pg_hba_rule: [
          { line: 1, type: 'host', method: 'pam' },
          { line: 2, type: 'hostssl', method: 'pam' },
          { line: 3, type: 'hostssl', method: 'ldap', options: ['ldapserver=dir.example', 'ldapprefix=uid='] },
          { line: 4, type: 'hostssl', method: 'ldap', options: ['ldapserver=dir.example', 'ldaptls=1'] },
          { line: 5, type: 'host', address: '127.0.0.1', netmask: '255.255.255.255', method: 'radius' },
          { line: 6, type: 'host', address: 'all', netmask: null, method: 'radius' },
          { line: 7, type: 'host', address: '127.0.0.1', netmask: '0.0.0.0', method: 'radius' },
          {
            line: 8,
            type: 'local',
            address: null,
            netmask: null,
            method: 'ldap',
            options: ['ldapurl=ldaps://dir.example/'],
          },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'alarm', reason: 'delegated_in_clear' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'protected' },
        { resource: 'pg_hba.conf:3', status: 'alarm', reason: 'directory_in_clear' },
        { resource: 'pg_hba.conf:4', status: 'ok', reason: 'protected' },
        { resource: 'pg_hba.conf:5', status: 'ok', reason: 'protected' },
        { resource: 'pg_hba.conf:6', status: 'alarm', reason: 'delegated_in_clear' },
        { resource: 'pg_hba.conf:7', status: 'alarm', reason: 'delegated_in_clear' },
        { resource: 'pg_hba.conf:8', status: 'ok', reason: 'protected' },
      ],
    },
    {
      name: {
        de: 'was PostgreSQL nicht versteht, ist weder gut noch schlecht',
        en: 'what PostgreSQL does not understand is neither good nor bad',
      },
      facts: {
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
