import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallReviewsAreOnTime = defineCheck({
  id: 'firewall.firewall-reviews-are-on-time',
  appliesTo: 'product',
  severity: 'medium',
  title: {
    de: 'Jedes Firewall-Regelwerk unter Freigabe ist innerhalb eines Jahres überprüft und unterschrieben',
    en: 'Every firewall rule set under approval has been reviewed and signed within a year',
  },
  population: { de: 'Firewalls unter Freigabe', en: 'firewalls under approval' },
  remedy: {
    de: '`bergfried net review {resource}` beginnen, jede Regel entscheiden, unterschreiben.',
    en: 'Begin `bergfried net review {resource}`, decide every rule, sign it.',
  },
  reasons: {
    on_time: { de: 'fällig am {due}', en: 'due on {due}' },
    overdue: { de: 'war fällig am {due}', en: 'was due on {due}' },
  },
  reads: ['controlled_firewall'],
  dimensions: ['due'],
  freshness: 'PT1H',
  sql: `
    select system, host as resource,
      case when review_due::timestamptz > :now then 'ok' else 'alarm' end as status,
      case when review_due::timestamptz > :now then 'on_time' else 'overdue' end as reason,
      review_due as due
    from controlled_firewall
  `,
  examples: [
    {
      name: { de: 'noch Zeit', en: 'still time' },
      facts: { controlled_firewall: [{ reviewDue: '2099-11-01T00:00:00Z' }] },
      expect: [{ resource: 'gw-1', status: 'ok', reason: 'on_time' }],
    },
    {
      name: { de: 'überfällig', en: 'overdue' },
      facts: { controlled_firewall: [{ reviewDue: '2020-11-01T00:00:00Z' }] },
      expect: [{ resource: 'gw-1', status: 'alarm', reason: 'overdue' }],
    },
  ],
})
