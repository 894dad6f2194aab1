import { defineCheck } from '../../../kernel/check/check.ts'

export const noUndeclaredSecrets = defineCheck({
  id: 'fields.no-undeclared-secrets',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'In Spalten, die niemand als verschlüsselt erklärt hat, stehen keine Geheimnisse',
    en: 'No secrets stand in columns that nobody declared encrypted',
  },
  population: { de: 'Datenbanken und verdächtige Spalten', en: 'databases and suspicious columns' },
  remedy: {
    de: '{resource} ansehen. Geheimnisse austauschen, die Spalte verschlüsseln und unter `fields` erklären; was nur geprüft wird, als Hash ablegen; sonst eine Ausnahme eintragen.',
    en: 'Look at {resource}. Exchange the secrets, encrypt the column and declare it under `fields`; keep what is only checked as a hash; else enter an exception.',
  },
  reasons: {
    searched: { de: 'durchsucht', en: 'searched' },
    not_searched: {
      de: '{left_out} Spalten waren nicht lesbar oder zu viele',
      en: '{left_out} columns could not be read, or were too many',
    },
    shape: { de: 'sieht aus wie {pattern}', en: 'looks like {pattern}' },
    random_and_named: {
      de: 'zufällige Werte unter einem Namen, der von Geheimnissen spricht',
      en: 'random values under a name that speaks of secrets',
    },
    random: { de: 'zufällige Werte; der Name sagt nicht, wofür', en: 'random values; the name does not say what for' },
  },
  reads: ['field_search', 'field_suspect'],
  dimensions: ['pattern', 'left_out'],
  freshness: 'PT24H',
  sql: `
    with judged as (
      select system, database || '.' || relation || '.' || field as resource,
        case when kind <> 'entropy' then 'shape' when named then 'random_and_named' else 'random' end as reason,
        pattern, null::bigint as left_out
      from field_suspect where kind <> 'card_number'
      union all
      select system, database, case when left_out > 0 then 'not_searched' else 'searched' end, null, left_out from field_search)
    select system, resource,
      min(case reason when 'searched' then 'ok' when 'random' then 'info' when 'not_searched' then 'error' else 'alarm' end) as status,
      case when bool_or(reason = 'shape') then 'shape' else max(reason) end as reason,
      string_agg(pattern, ', ' order by pattern) as pattern, max(left_out) as left_out
    from judged group by system, resource
  `,
  examples: [
    {
      name: { de: 'durchsucht, nichts gefunden', en: 'searched, nothing found' },
      facts: { field_search: [{}] },
      expect: [{ resource: 'shop', status: 'ok', reason: 'searched' }],
    },
    {
      name: { de: 'API-Schlüssel im Klartext', en: 'API keys in clear text' },
      facts: { field_search: [{}], field_suspect: [{}] },
      expect: [
        { resource: 'shop', status: 'ok', reason: 'searched' },
        { resource: 'shop.public.integration.api_key', status: 'alarm', reason: 'shape' },
      ],
    },
    {
      name: {
        de: 'zufällige Werte, mit und ohne verräterischen Namen',
        en: 'random values, with and without a telling name',
      },
      facts: {
        field_search: [{ leftOut: 2 }],
        field_suspect: [
          { kind: 'entropy', pattern: 'random' },
          { kind: 'entropy', pattern: 'random', field: 'reference', named: false },
          { kind: 'card_number', pattern: 'luhn', field: 'number' },
        ],
      },
      expect: [
        { resource: 'shop', status: 'error', reason: 'not_searched' },
        { resource: 'shop.public.integration.api_key', status: 'alarm', reason: 'random_and_named' },
        { resource: 'shop.public.integration.reference', status: 'info', reason: 'random' },
      ],
    },
  ],
})
