import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallsAreAsApproved = defineCheck({
  id: 'firewall.firewalls-are-as-approved',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Geltende Firewall-Regeln bedeuten dasselbe wie die zuletzt freigegebenen',
    en: 'Firewall rules in force mean the same as those approved last',
  },
  population: { de: 'Firewalls unter Freigabe', en: 'firewalls under approval' },
  remedy: {
    de: '`bergfried net rules {resource}` ansehen. Was bleiben soll, mit `bergfried net propose` freigeben lassen; was nicht, so zurückändern.',
    en: 'Look at `bergfried net rules {resource}`. Have approved with `bergfried net propose` what shall stay; change back what shall not.',
  },
  reasons: {
    as_approved: { de: 'wie freigegeben', en: 'as approved' },
    different: {
      de: 'anders als freigegeben; geändert von: {hand}',
      en: 'other than approved; changed by: {hand}',
    },
    undecided: {
      de: 'ob sie dasselbe bedeuten, ist nicht beweisbar; geändert von: {hand}',
      en: 'that they mean the same cannot be proved; changed by: {hand}',
    },
    never: { de: 'noch keine Änderung freigegeben', en: 'no change approved yet' },
  },
  reads: ['controlled_firewall'],
  dimensions: ['hand'],
  freshness: 'PT1H',
  sql: `
    select system, host as resource,
      case meaning when 'equal' then 'ok' when 'never' then 'skip' else 'alarm' end as status,
      case meaning when 'equal' then 'as_approved' else meaning end as reason,
      coalesce(changed_by, '?') as hand
    from controlled_firewall
  `,
  examples: [
    {
      name: { de: 'wie freigegeben', en: 'as approved' },
      facts: { controlled_firewall: [{}] },
      expect: [{ resource: 'gw-1', status: 'ok', reason: 'as_approved' }],
    },
    {
      name: { de: 'jemand hat daneben geändert', en: 'somebody changed it beside' },
      facts: { controlled_firewall: [{ meaning: 'different', changedBy: 'nft 4711, uid 0, 2026-11-01T02:00:00Z' }] },
      expect: [{ resource: 'gw-1', status: 'alarm', reason: 'different' }],
    },
    {
      name: { de: 'nicht beweisbar gleich', en: 'not provably the same' },
      facts: { controlled_firewall: [{ meaning: 'undecided' }] },
      expect: [{ resource: 'gw-1', status: 'alarm', reason: 'undecided' }],
    },
    {
      name: { de: 'noch nie geändert', en: 'never changed yet' },
      facts: { controlled_firewall: [{ meaning: 'never' }] },
      expect: [{ resource: 'gw-1', status: 'skip', reason: 'never' }],
    },
  ],
})
