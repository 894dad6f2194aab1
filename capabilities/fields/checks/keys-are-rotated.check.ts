import { defineCheck } from '../../../kernel/check/check.ts'

export const keysAreRotated = defineCheck({
  id: 'fields.keys-are-rotated',
  appliesTo: 'product',
  severity: 'medium',
  title: {
    de: 'Kein Schlüssel, der benutzt wird, ist älter als ein Jahr',
    en: 'No key in use is older than a year',
  },
  population: { de: 'Schlüssel für Felder', en: 'keys of fields' },
  remedy: {
    de: '`bergfried keys rotate {resource}`; dann die Datenschlüssel neu einwickeln.',
    en: '`bergfried keys rotate {resource}`; then wrap the data keys anew.',
  },
  reasons: {
    young: { de: 'Version {versions}, vom {made}', en: 'version {versions}, of {made}' },
    old: { de: 'Version {versions} ist vom {made}', en: 'version {versions} is of {made}' },
    out_of_use: { de: 'abgeschaltet oder vernichtet', en: 'disabled or shredded' },
  },
  reads: ['encryption_key'],
  dimensions: ['versions', 'made'],
  freshness: 'PT6H',
  sql: `
    with judged as (
      select *, case when state <> 'active' then 'out_of_use'
        when rotated_at < :now - interval '365 days' then 'old' else 'young' end as reason
      from encryption_key)
    select system, name as resource,
      case reason when 'young' then 'ok' when 'old' then 'alarm' else 'skip' end as status,
      reason, versions, (rotated_at at time zone 'UTC')::date::text as made
    from judged
  `,
  examples: [
    {
      name: { de: 'erneuert, oder außer Gebrauch', en: 'rotated, or out of use' },
      facts: { encryption_key: [{}, { name: 'gone', state: 'shredded', rotatedAt: '2020-01-01T00:00:00Z' }] },
      expect: [
        { resource: 'customer-data', status: 'ok', reason: 'young' },
        { resource: 'gone', status: 'skip', reason: 'out_of_use' },
      ],
    },
    {
      name: { de: 'älter als ein Jahr', en: 'older than a year' },
      facts: { encryption_key: [{ rotatedAt: '2025-11-01T00:00:00Z' }] },
      expect: [{ resource: 'customer-data', status: 'alarm', reason: 'old' }],
    },
  ],
})
