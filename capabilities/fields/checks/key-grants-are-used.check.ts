import { defineCheck } from '../../../kernel/check/check.ts'

export const keyGrantsAreUsed = defineCheck({
  id: 'fields.key-grants-are-used',
  appliesTo: 'product',
  severity: 'medium',
  title: {
    de: 'Wer einen Schlüssel benutzen darf, benutzt ihn auch: keine Freigabe ruht länger als 30 Tage',
    en: 'Whoever may use a key does: no grant lies dormant for longer than 30 days',
  },
  population: { de: 'gültige Freigaben von Schlüsseln', en: 'live grants of keys' },
  remedy: {
    de: '`bergfried keys revoke {number}`, wenn {holder} den Schlüssel nicht mehr braucht.',
    en: '`bergfried keys revoke {number}` if {holder} does not need the key any more.',
  },
  reasons: {
    used: { de: 'zuletzt benutzt am {last_use}', en: 'last used on {last_use}' },
    fresh: { de: 'noch keine 30 Tage alt', en: 'not 30 days old yet' },
    dormant: { de: 'zuletzt benutzt: {last_use}', en: 'last used: {last_use}' },
  },
  reads: ['key_grant'],
  dimensions: ['number', 'holder', 'last_use'],
  freshness: 'PT6H',
  sql: `
    with judged as (
      select *, case
        when last_use_on >= (:now - interval '30 days')::date then 'used'
        when begins > :now - interval '30 days' then 'fresh'
        else 'dormant' end as reason
      from key_grant)
    select system, key || ': ' || holder || ' (' || left(number, 8) || ')' as resource,
      case reason when 'dormant' then 'alarm' else 'ok' end as status, reason, number, holder, coalesce(last_use_on::text, '–') as last_use
    from judged
  `,
  examples: [
    {
      name: { de: 'benutzt, oder noch neu', en: 'used, or still new' },
      facts: { key_grant: [{}, { key: 'other', lastUseOn: null, begins: '2026-11-20T08:00:00Z' }] },
      expect: [
        { resource: 'customer-data: shop-api (6f1c2a34)', status: 'ok', reason: 'used' },
        { resource: 'other: shop-api (6f1c2a34)', status: 'ok', reason: 'fresh' },
      ],
    },
    {
      name: { de: 'seit langem nicht benutzt', en: 'not used for long' },
      facts: {
        key_grant: [
          { begins: '2026-09-01T08:00:00Z', lastUseOn: '2026-10-01' },
          { key: 'other', begins: '2026-09-01T08:00:00Z', lastUseOn: null },
        ],
      },
      expect: [
        { resource: 'customer-data: shop-api (6f1c2a34)', status: 'alarm', reason: 'dormant' },
        { resource: 'other: shop-api (6f1c2a34)', status: 'alarm', reason: 'dormant' },
      ],
    },
  ],
})
