import { defineCheck } from '../../../kernel/check/check.ts'

export const redundantFirewallsAgree = defineCheck({
  id: 'network.redundant-firewalls-agree',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Firewalls, die füreinander einstehen, tun mit jedem Paket dasselbe',
    en: 'Firewalls that stand in for each other do the same to every packet',
  },
  population: { de: 'Paare', en: 'pairs' },
  remedy: {
    de: 'Die Regeln von {a} und {b} angleichen: `bergfried net rules`, dann `bergfried net propose` auf dem, der abweicht.',
    en: 'Bring the rules of {a} and {b} in line: `bergfried net rules`, then `bergfried net propose` on the one that deviates.',
  },
  reasons: {
    equal: { de: 'bewiesen gleich', en: 'proved to be the same' },
    different: {
      de: 'Pakete werden verschieden behandelt: {because}',
      en: 'packets are treated differently: {because}',
    },
    undecided: { de: 'nicht zu entscheiden: {because}', en: 'cannot be decided: {because}' },
  },
  reads: ['firewall_pair'],
  dimensions: ['a', 'b', 'because'],
  freshness: 'PT1H',
  sql: `
    select system, a || ' = ' || b as resource,
      case verdict when 'equal' then 'ok' when 'different' then 'alarm' else 'error' end as status, verdict as reason, a, b, because
    from firewall_pair
  `,
  examples: [
    {
      name: { de: 'gleich', en: 'the same' },
      facts: { firewall_pair: [{}] },
      expect: [{ resource: 'fw-1 = fw-2', status: 'ok', reason: 'equal' }],
    },
    {
      name: { de: 'eine weicht ab', en: 'one deviates' },
      facts: { firewall_pair: [{ verdict: 'different', because: 'fw-2 alone, ip4 input: tcp dport 23' }] },
      expect: [{ resource: 'fw-1 = fw-2', status: 'alarm', reason: 'different' }],
    },
    {
      name: { de: 'nicht bekannt', en: 'not known' },
      facts: { firewall_pair: [{ verdict: 'undecided', because: 'the rules of fw-2 are not known' }] },
      expect: [{ resource: 'fw-1 = fw-2', status: 'error', reason: 'undecided' }],
    },
  ],
})
