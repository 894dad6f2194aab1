import { defineCheck } from '../../../kernel/check/check.ts'

export const canariesStayOutOfLogs = defineCheck({
  id: 'fields.canaries-stay-out-of-logs',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Erfundene Geheimnisse, die verschlüsselt gespeichert wurden, stehen in keinem Protokoll der Datenbank',
    en: 'Made-up secrets that were stored encrypted stand in no log of the database',
  },
  population: { de: 'Protokolle der Datenbank', en: 'logs of the database' },
  remedy: {
    de: 'In {resource} steht Klartext: herausfinden, welche Anweisung ihn mitbringt, und log_statement, log_min_duration_statement und log_parameter_max_length_on_error prüfen. Was dort stand, als bekannt geworden ansehen.',
    en: 'Clear text stands in {resource}: find out which statement brings it, and check log_statement, log_min_duration_statement and log_parameter_max_length_on_error. Treat what stood there as known.',
  },
  reasons: {
    clean: { de: 'durchsucht', en: 'searched' },
    found: { de: 'ein erfundenes Geheimnis steht darin', en: 'a made-up secret stands in it' },
    unreadable: { de: 'nicht lesbar', en: 'not readable' },
    too_large: { de: 'zu groß zum Durchsuchen', en: 'too large to be searched' },
  },
  reads: ['log_canary'],
  dimensions: [],
  freshness: 'PT6H',
  sql: `
    select system, path as resource,
      case state when 'clean' then 'ok' when 'found' then 'alarm' else 'error' end as status, state as reason
    from log_canary
  `,
  examples: [
    {
      name: { de: 'durchsucht', en: 'searched' },
      facts: { log_canary: [{}] },
      expect: [{ resource: '/var/log/postgresql/postgresql-15-main.log', status: 'ok', reason: 'clean' }],
    },
    {
      name: { de: 'Klartext im Protokoll', en: 'clear text in the log' },
      facts: { log_canary: [{ state: 'found' }, { path: '/var/log/mysql/error.log', state: 'unreadable' }] },
      expect: [
        { resource: '/var/log/mysql/error.log', status: 'error', reason: 'unreadable' },
        { resource: '/var/log/postgresql/postgresql-15-main.log', status: 'alarm', reason: 'found' },
      ],
    },
  ],
})
