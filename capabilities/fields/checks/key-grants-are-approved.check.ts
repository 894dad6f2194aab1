import { defineCheck } from '../../../kernel/check/check.ts'

export const keyGrantsAreApproved = defineCheck({
  id: 'fields.key-grants-are-approved',
  appliesTo: 'product',
  severity: 'critical',
  title: {
    de: 'Jede Freigabe eines Schlüssels wurde von einer anderen Person erteilt, hat einen Zweck und ein Ende',
    en: 'Every grant of a key was approved by somebody else, has a purpose and an end',
  },
  population: { de: 'gültige Freigaben von Schlüsseln', en: 'live grants of keys' },
  remedy: {
    de: '`bergfried keys revoke {number}`; wer den Schlüssel braucht, beantragt ihn neu: `bergfried keys grant`.',
    en: '`bergfried keys revoke {number}`; whoever needs the key asks anew: `bergfried keys grant`.',
  },
  reasons: {
    approved: { de: 'freigegeben von {approved_by}', en: 'approved by {approved_by}' },
    not_approved: { de: 'von niemand anderem freigegeben', en: 'approved by nobody else' },
    no_need: { de: 'ohne Zweck', en: 'without a purpose' },
    over: { de: 'seit {ends} abgelaufen und nicht beendet', en: 'over since {ends} and not ended' },
  },
  reads: ['key_grant'],
  dimensions: ['number', 'approved_by', 'ends'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select *, case
        when ends <= :now then 'over'
        when not exists (select from unnest(approved_by) a where a <> owner) then 'not_approved'
        when trim(need) = '' then 'no_need'
        else 'approved' end as reason
      from key_grant)
    select system, key || ': ' || holder || ' (' || left(number, 8) || ')' as resource,
      case reason when 'approved' then 'ok' else 'alarm' end as status, reason, number,
      array_to_string(approved_by, ', ') as approved_by, ends
    from judged
  `,
  examples: [
    {
      name: { de: 'von jemand anderem freigegeben', en: 'approved by somebody else' },
      facts: { key_grant: [{}] },
      expect: [{ resource: 'customer-data: shop-api (6f1c2a34)', status: 'ok', reason: 'approved' }],
    },
    {
      name: { de: 'von niemandem, oder nur von sich selbst', en: 'by nobody, or by oneself alone' },
      facts: { key_grant: [{ approvedBy: [] }, { key: 'other', approvedBy: ['anna@example.com'] }] },
      expect: [
        { resource: 'customer-data: shop-api (6f1c2a34)', status: 'alarm', reason: 'not_approved' },
        { resource: 'other: shop-api (6f1c2a34)', status: 'alarm', reason: 'not_approved' },
      ],
    },
    {
      name: { de: 'abgelaufen oder ohne Zweck', en: 'over, or without a purpose' },
      facts: { key_grant: [{ ends: '2026-11-02T08:00:00Z' }, { key: 'other', need: ' ' }] },
      expect: [
        { resource: 'customer-data: shop-api (6f1c2a34)', status: 'alarm', reason: 'over' },
        { resource: 'other: shop-api (6f1c2a34)', status: 'alarm', reason: 'no_need' },
      ],
    },
  ],
})
