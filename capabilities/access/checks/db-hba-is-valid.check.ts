import { defineCheck } from '../../../kernel/check/check.ts'

export const dbHbaIsValid = defineCheck({
  id: 'access.db-hba-is-valid',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'PostgreSQL versteht jede Zeile der pg_hba.conf',
    en: 'PostgreSQL understands every line of pg_hba.conf',
  },
  population: { de: 'Zeilen der pg_hba.conf', en: 'lines of pg_hba.conf' },
  remedy: {
    de: '{resource} berichtigen und SELECT pg_reload_conf(). Solange eine Zeile falsch ist, gelten die Regeln von vorher, und beim nächsten Start kommt der Server nicht hoch.',
    en: 'Correct {resource} and SELECT pg_reload_conf(). While a line is wrong the rules from before stay in force, and the server will not start next time.',
  },
  reasons: {
    valid: { de: 'gültig', en: 'valid' },
    never_matches: { de: 'trifft nie zu: {problem}', en: 'never matches: {problem}' },
    invalid: {
      de: 'ungültig, die ganze Datei gilt nicht: {problem}',
      en: 'invalid, so the whole file is not in force: {problem}',
    },
  },
  reads: ['pg_hba_rule'],
  dimensions: ['problem'],
  freshness: 'PT1H',
  // A hostssl line on a server without TLS is reported but tolerated (src/backend/libpq/hba.c: "cannot match").
  sql: `
    select system, file || ':' || line as resource,
      case when error is null then 'ok' else 'alarm' end as status,
      case when error is null then 'valid' when error like '%cannot match%' then 'never_matches' else 'invalid' end as reason,
      error as problem
    from pg_hba_rule
  `,
  examples: [
    {
      name: { de: 'alle Zeilen gelten', en: 'every line holds' },
      facts: { pg_hba_rule: [{ line: 1 }, { line: 2 }] },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'valid' },
        { resource: 'pg_hba.conf:2', status: 'ok', reason: 'valid' },
      ],
    },
    {
      name: { de: 'ein Tippfehler setzt die Datei außer Kraft', en: 'a typing error puts the file out of force' },
      facts: {
        pg_hba_rule: [
          { line: 1 },
          { line: 2, type: '', method: '', address: null, netmask: null, error: 'invalid connection type "hots"' },
        ],
      },
      expect: [
        { resource: 'pg_hba.conf:1', status: 'ok', reason: 'valid' },
        { resource: 'pg_hba.conf:2', status: 'alarm', reason: 'invalid' },
      ],
    },
    {
      name: { de: 'eine Zeile für TLS auf einem Server ohne TLS', en: 'a line for TLS on a server without TLS' },
      facts: { pg_hba_rule: [{ line: 4, error: 'hostssl record cannot match because SSL is disabled' }] },
      expect: [{ resource: 'pg_hba.conf:4', status: 'alarm', reason: 'never_matches' }],
    },
  ],
})
