import { defineCheck } from '../../../kernel/check/check.ts'

export const noCardNumbers = defineCheck({
  id: 'fields.no-card-numbers',
  appliesTo: 'postgres',
  severity: 'critical',
  title: { de: 'In keiner Spalte stehen Kartennummern', en: 'No column holds card numbers' },
  population: { de: 'Datenbanken und verdächtige Spalten', en: 'databases and suspicious columns' },
  remedy: {
    de: '{resource} leeren und herausfinden, was dort hineinschreibt: Kartennummern bleiben beim Zahlungsdienstleister. Auch Sicherungen und Protokolle prüfen.',
    en: 'Empty {resource} and find out what writes there: card numbers stay with the payment provider. Look at backups and logs as well.',
  },
  reasons: {
    searched: { de: 'durchsucht', en: 'searched' },
    not_searched: {
      de: '{left_out} Spalten waren nicht lesbar oder zu viele',
      en: '{left_out} columns could not be read, or were too many',
    },
    card_numbers: {
      de: 'Zahlen mit dem Anfang und der Prüfziffer von Karten, mindestens {hits} in der Stichprobe',
      en: 'numbers that begin and check as those of cards, at least {hits} in the sample',
    },
  },
  reads: ['field_search', 'field_suspect'],
  dimensions: ['hits', 'left_out'],
  freshness: 'PT24H',
  sql: `
    select system, database || '.' || relation || '.' || field as resource, 'alarm' as status, 'card_numbers' as reason,
      values_at_least as hits, null::bigint as left_out
    from field_suspect where kind = 'card_number'
    union all
    select system, database, case when left_out > 0 then 'error' else 'ok' end,
      case when left_out > 0 then 'not_searched' else 'searched' end, null, left_out
    from field_search
  `,
  examples: [
    {
      name: { de: 'durchsucht, nichts gefunden', en: 'searched, nothing found' },
      facts: { field_search: [{}], field_suspect: [{}] },
      expect: [{ resource: 'shop', status: 'ok', reason: 'searched' }],
    },
    {
      name: { de: 'Kartennummern in einer Notiz', en: 'card numbers in a note' },
      facts: {
        field_search: [{ leftOut: 1 }],
        field_suspect: [{ kind: 'card_number', pattern: 'luhn', field: 'note' }],
      },
      expect: [
        { resource: 'shop', status: 'error', reason: 'not_searched' },
        { resource: 'shop.public.integration.note', status: 'alarm', reason: 'card_numbers' },
      ],
    },
  ],
})
