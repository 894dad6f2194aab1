import { defineCheck } from '../../../kernel/check/check.ts'

export const dbNoTrust = defineCheck({
  id: 'access.db-no-trust',
  appliesTo: 'postgres',
  severity: 'critical',
  title: { de: 'Niemand kommt ohne Nachweis in die Datenbank', en: 'Nobody gets into the database without proof' },
  population: { de: 'Zeilen der pg_hba.conf', en: 'lines of pg_hba.conf' },
  remedy: {
    de: 'In {resource} `trust` (oder `ident` aus dem Netz) durch `scram-sha-256` ersetzen, am Unix-Socket auch `peer`; danach SELECT pg_reload_conf(). Ein abgelaufenes oder gelöschtes Passwort hält `trust` nicht auf.',
    en: 'In {resource} replace `trust` (or `ident` from the network) by `scram-sha-256`, at the Unix socket also `peer`; then SELECT pg_reload_conf(). An expired or removed password does not stop `trust`.',
  },
  reasons: {
    proof: { de: 'verlangt einen Nachweis: {method}', en: 'asks for proof: {method}' },
    rejected: { de: 'weist ab', en: 'rejects' },
    trust_local: {
      de: 'jeder am Unix-Socket ist, wer er sagt: {rule}',
      en: 'everybody at the Unix socket is whom they say: {rule}',
    },
    trust_network: {
      de: 'jeder aus dem Netz ist, wer er sagt: {rule}',
      en: 'everybody from the network is whom they say: {rule}',
    },
    ident_network: {
      de: 'glaubt dem Rechner des Anmeldenden: {rule}',
      en: 'believes the computer of whoever logs in: {rule}',
    },
    unknown: {
      de: 'PostgreSQL versteht die Zeile nicht: {problem}',
      en: 'PostgreSQL does not understand the line: {problem}',
    },
  },
  reads: ['pg_hba_rule'],
  dimensions: ['method', 'rule', 'problem'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select system, file, line, method, error as problem,
        concat_ws(' ', type, array_to_string(databases, ','), array_to_string(roles, ','), address, netmask, method) as rule,
        case
          when error not like '%cannot match%' or method = '' then 'unknown'
          when method = 'trust' and type = 'local' then 'trust_local'
          when method = 'trust' then 'trust_network'
          when method = 'ident' and type <> 'local' then 'ident_network'
          when method = 'reject' then 'rejected'
          else 'proof'
        end as reason
      from pg_hba_rule
    )
    select system, file || ':' || line as resource,
      case when reason in ('proof', 'rejected') then 'ok' when reason = 'unknown' then 'error' else 'alarm' end as status,
      reason, method, rule, problem
    from judged
  `,
  examples: [
    {
      name: {
        de: 'Passwort, Zertifikat, Betriebssystem oder Abweisung',
        en: 'password, certificate, operating system or rejection',
      },
      facts: {
        pg_hba_rule: [
          { line: 1, type: 'local', address: null, netmask: null, method: 'peer' },
          { line: 2 },
          { line: 3, method: 'cert' },
          { line: 4, type: 'local', address: null, netmask: null, method: 'ident' },
          { line: 5, type: 'host', method: 'reject' },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'proof' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'proof' },
        { resource: 'pg_hba.conf:3', status: 'ok', reason: 'proof' },
        { resource: 'pg_hba.conf:4', status: 'ok', reason: 'proof' },
        { resource: 'pg_hba.conf:5', status: 'ok', reason: 'rejected' },
      ],
    },
    {
      name: {
        de: '`trust` gilt auch am Socket und an der eigenen Adresse nicht als Nachweis',
        en: '`trust` is no proof at the socket and from the own address either',
      },
      facts: {
        pg_hba_rule: [
          { line: 1, type: 'local', address: null, netmask: null, method: 'trust' },
          { line: 2, type: 'host', address: '127.0.0.1', netmask: '255.255.255.255', method: 'trust' },
          { line: 3, type: 'hostssl', method: 'trust', databases: ['replication'] },
          { line: 4, type: 'host', method: 'ident' },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'alarm', reason: 'trust_local' },
        { resource: 'pg_hba.conf:2', status: 'alarm', reason: 'trust_network' },
        { resource: 'pg_hba.conf:3', status: 'alarm', reason: 'trust_network' },
        { resource: 'pg_hba.conf:4', status: 'alarm', reason: 'ident_network' },
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
            error: 'invalid connection type "hots"',
          },
        ],
      },
      expect: [{ resource: 'pg_hba.conf:7', status: 'error', reason: 'unknown' }],
    },
  ],
})
