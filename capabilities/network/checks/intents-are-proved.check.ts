import { defineCheck } from '../../../kernel/check/check.ts'

export const intentsAreProved = defineCheck({
  id: 'network.intents-are-proved',
  appliesTo: 'product',
  severity: 'critical',
  title: {
    de: 'Auf jedem beteiligten Rechner ist bewiesen, dass niemand sonst einen geschützten Bereich erreicht',
    en: 'On every host concerned it is proved that nobody else reaches a protected segment',
  },
  population: { de: 'Absichten je Rechner', en: 'intents per host' },
  remedy: {
    de: '`bergfried net prove` zeigt Paket und Regel. Die Regel auf {host} enger fassen oder die Absicht ändern; `bergfried net propose` zeigt vorher, was sich öffnet und schließt.',
    en: '`bergfried net prove` shows packet and rule. Narrow the rule on {host} or change the intent; `bergfried net propose` shows beforehand what it opens and closes.',
  },
  reasons: {
    proved: { de: 'bewiesen', en: 'proved' },
    violated: {
      de: 'dieses Paket kommt durch: {packet} ({rule}), Nachspielen: {replay}',
      en: 'this packet comes through: {packet} ({rule}), replay: {replay}',
    },
    undecided: { de: 'nicht zu entscheiden: {because}', en: 'cannot be decided: {because}' },
    expired: { de: 'die Absicht galt bis {until}', en: 'the intent was valid until {until}' },
  },
  reads: ['network_proof'],
  dimensions: ['host', 'packet', 'rule', 'because', 'replay', 'until'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select *, case when verdict = 'violated' then 'violated' when verdict = 'undecided' then 'undecided'
        when until is not null and until < (:now at time zone 'UTC')::date then 'expired' else 'proved' end as why
      from network_proof
    )
    select system, intent || ' @ ' || host || '/' || hook as resource,
      case why when 'proved' then 'ok' when 'undecided' then 'error' else 'alarm' end as status,
      why as reason, host, packet, rule, because, replay, until::text as until
    from judged
  `,
  examples: [
    {
      name: { de: 'bewiesen', en: 'proved' },
      facts: { network_proof: [{}] },
      expect: [{ resource: 'customer-data-from-app-alone @ db-1/input', status: 'ok', reason: 'proved' }],
    },
    {
      name: { de: 'ein Paket kommt durch', en: 'a packet comes through' },
      facts: {
        network_proof: [
          {
            verdict: 'violated',
            packet: 'tcp 203.0.113.9:40000 -> 10.1.0.5:5432 new',
            rule: 'inet filter input 7',
            replay: 'confirmed',
          },
        ],
      },
      expect: [{ resource: 'customer-data-from-app-alone @ db-1/input', status: 'alarm', reason: 'violated' }],
    },
    {
      name: { de: 'die Regeln sind nicht bekannt', en: 'the rules are not known' },
      facts: { network_proof: [{ verdict: 'undecided', because: 'the rules of this host are not known' }] },
      expect: [{ resource: 'customer-data-from-app-alone @ db-1/input', status: 'error', reason: 'undecided' }],
    },
    {
      name: { de: 'abgelaufen', en: 'expired' },
      facts: { network_proof: [{ until: '2020-01-01' }] },
      expect: [{ resource: 'customer-data-from-app-alone @ db-1/input', status: 'alarm', reason: 'expired' }],
    },
  ],
})
