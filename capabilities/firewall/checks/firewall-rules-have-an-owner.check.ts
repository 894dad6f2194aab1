import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallRulesHaveAnOwner = defineCheck({
  id: 'firewall.firewall-rules-have-an-owner',
  appliesTo: 'product',
  severity: 'medium',
  title: {
    de: 'Jede Regel einer Firewall unter Freigabe hat einen Eigentümer und einen Grund, und keine ist abgelaufen',
    en: 'Every rule of a firewall under approval has an owner and a reason, and none has expired',
  },
  population: { de: 'Firewalls unter Freigabe', en: 'firewalls under approval' },
  remedy: {
    de: '`bergfried net review {resource}` zeigt die Regeln; mit --note Eigentümer, Grund und Ablauf festhalten, Abgelaufenes entfernen lassen.',
    en: '`bergfried net review {resource}` shows the rules; write down owner, reason and expiry with --note, have expired ones removed.',
  },
  reasons: {
    known: { de: 'alle {rules} bekannt', en: 'all {rules} known' },
    unknown: {
      de: '{ownerless} von {rules} ohne Eigentümer oder Grund, {expired} abgelaufen',
      en: '{ownerless} of {rules} without owner or reason, {expired} expired',
    },
    empty: { de: 'keine Regeln', en: 'no rules' },
  },
  reads: ['controlled_firewall'],
  dimensions: ['rules', 'ownerless', 'expired'],
  freshness: 'PT1H',
  sql: `
    select system, host as resource,
      case when rules = 0 then 'skip' when ownerless = 0 and expired = 0 then 'ok' else 'alarm' end as status,
      case when rules = 0 then 'empty' when ownerless = 0 and expired = 0 then 'known' else 'unknown' end as reason,
      rules::text as rules, ownerless::text as ownerless, expired::text as expired
    from controlled_firewall
  `,
  examples: [
    {
      name: { de: 'alle mit Eigentümer', en: 'all with an owner' },
      facts: { controlled_firewall: [{}] },
      expect: [{ resource: 'gw-1', status: 'ok', reason: 'known' }],
    },
    {
      name: { de: 'drei ohne', en: 'three without' },
      facts: { controlled_firewall: [{ ownerless: 3 }] },
      expect: [{ resource: 'gw-1', status: 'alarm', reason: 'unknown' }],
    },
    {
      name: { de: 'eine abgelaufen', en: 'one expired' },
      facts: { controlled_firewall: [{ expired: 1 }] },
      expect: [{ resource: 'gw-1', status: 'alarm', reason: 'unknown' }],
    },
    {
      name: { de: 'keine Regeln', en: 'no rules' },
      facts: { controlled_firewall: [{ rules: 0 }] },
      expect: [{ resource: 'gw-1', status: 'skip', reason: 'empty' }],
    },
  ],
})
