import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallsHaveNoBlindSpots = defineCheck({
  id: 'network.firewalls-have-no-blind-spots',
  appliesTo: 'product',
  severity: 'medium',
  title: {
    de: 'Die Regeln der Firewalls lassen sich ganz lesen und auswerten, und keine sieht strenger aus, als sie ist',
    en: 'The rules of firewalls can be read and evaluated in full, and none looks stricter than it is',
  },
  population: { de: 'Rechner und Arten blinder Flecken', en: 'hosts and kinds of blind spots' },
  remedy: {
    de: 'Die Stelle ansehen ({example}) und die Regel durch eine ersetzen, die sich auswerten lässt; Rechner ohne Regeln mit `bergfried host enroll FILE --firewall` aufnehmen.',
    en: 'Look at the place ({example}) and replace the rule by one that can be evaluated; enrol hosts without rules with `bergfried host enroll FILE --firewall`.',
  },
  reasons: {
    none: { de: 'alles ist gelesen und ausgewertet', en: 'everything is read and evaluated' },
    unmanaged_host: { de: 'niemand liest die Regeln dieses Rechners', en: 'nobody reads the rules of this host' },
    one_family: {
      de: 'nur eine von IPv4 und IPv6 ist geschützt: {example}',
      en: 'only one of IPv4 and IPv6 is guarded: {example}',
    },
    dormant_table: {
      de: 'eine Tabelle schläft und schützt nichts ({places}): {example}',
      en: 'a table sleeps and guards nothing ({places}): {example}',
    },
    nat_without_conntrack: {
      de: 'zu dieser Kette kommt kein Paket, weil nichts Verbindungen verfolgt: {example}',
      en: 'no packet comes to this chain, since nothing tracks connections: {example}',
    },
    nexthdr: {
      de: 'ip6 nexthdr übersieht Pakete mit Erweiterungsköpfen ({places}): {example}',
      en: 'ip6 nexthdr misses packets with extension headers ({places}): {example}',
    },
    nat_around_input: {
      de: 'Dienste werden an der Kette input vorbei umgeleitet, wie bei Docker ({places}): {example}',
      en: 'services are translated past the chain input, as Docker does ({places}): {example}',
    },
    not_evaluated: {
      de: 'nicht auszuwerten ({spot}, {places}): {example}',
      en: 'cannot be evaluated ({spot}, {places}): {example}',
    },
  },
  reads: ['firewall_blind_spot'],
  dimensions: ['host', 'spot', 'places', 'example'],
  freshness: 'PT1H',
  // What looks closed and is open is an alarm. What cannot be evaluated makes proofs undecided, which alarms where it matters.
  sql: `
    select system, host || ': ' || spot as resource,
      case when spot = 'none' then 'ok'
        when spot in ('unmanaged-host', 'one-family', 'dormant-table', 'nat-without-conntrack', 'nexthdr') then 'alarm'
        else 'info' end as status,
      case when spot in ('none', 'unmanaged-host', 'one-family', 'dormant-table', 'nat-without-conntrack', 'nexthdr', 'nat-around-input')
        then replace(spot, '-', '_') else 'not_evaluated' end as reason,
      host, spot, places, example
    from firewall_blind_spot
  `,
  examples: [
    {
      name: { de: 'alles gelesen', en: 'everything read' },
      facts: { firewall_blind_spot: [{}] },
      expect: [{ resource: 'db-1: none', status: 'ok', reason: 'none' }],
    },
    {
      name: { de: 'IPv6 ist vergessen', en: 'IPv6 is forgotten' },
      facts: {
        firewall_blind_spot: [{ spot: 'one-family', places: 1, example: 'input: rules for IPv4, none for IPv6' }],
      },
      expect: [{ resource: 'db-1: one-family', status: 'alarm', reason: 'one_family' }],
    },
    {
      name: { de: 'niemand liest den Rechner', en: 'nobody reads the host' },
      facts: { firewall_blind_spot: [{ spot: 'unmanaged-host', places: 1, example: 'no agent' }] },
      expect: [{ resource: 'db-1: unmanaged-host', status: 'alarm', reason: 'unmanaged_host' }],
    },
    {
      name: { de: 'Docker leitet um', en: 'Docker translates' },
      facts: { firewall_blind_spot: [{ spot: 'nat-around-input', places: 2, example: 'ip nat DOCKER#1' }] },
      expect: [{ resource: 'db-1: nat-around-input', status: 'info', reason: 'nat_around_input' }],
    },
    {
      name: { de: 'eine Begrenzung', en: 'a limit' },
      facts: { firewall_blind_spot: [{ spot: 'stateful-match', places: 1, example: 'limit rate 1/second' }] },
      expect: [{ resource: 'db-1: stateful-match', status: 'info', reason: 'not_evaluated' }],
    },
  ],
})
