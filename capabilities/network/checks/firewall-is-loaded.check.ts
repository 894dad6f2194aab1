import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallIsLoaded = defineCheck({
  id: 'network.firewall-is-loaded',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Eine Firewall ist geladen, für IPv4 und für IPv6',
    en: 'A firewall is loaded, for IPv4 and for IPv6',
  },
  population: { de: 'Firewalls', en: 'firewalls' },
  remedy: {
    de: 'Regeln in /etc/nftables.conf schreiben (Tabelle der Familie inet, sie gilt für beide), prüfen mit nft -c -f /etc/nftables.conf, laden und einschalten: systemctl enable --now nftables.',
    en: 'Write rules to /etc/nftables.conf (a table of family inet, which holds for both), check them with nft -c -f /etc/nftables.conf, load and switch on: systemctl enable --now nftables.',
  },
  reasons: {
    loaded: {
      de: 'Regeln für eingehende Pakete sind geladen',
      en: 'rules for incoming packets are loaded',
    },
    not_installed: {
      de: 'nftables ist nicht installiert, und ältere Regeln sind nicht geladen',
      en: 'nftables is not installed, and no older rules are loaded',
    },
    not_loaded: { de: 'keine Regel prüft eingehende Pakete', en: 'no rule looks at incoming packets' },
    no_ipv4: { de: 'Regeln gibt es nur für IPv6', en: 'there are rules for IPv6 only' },
    no_ipv6: { de: 'Regeln gibt es nur für IPv4', en: 'there are rules for IPv4 only' },
    iptables_unreadable: {
      de: 'geladen sind Tabellen von iptables-nft; um sie zu lesen, fehlt das Programm nft',
      en: 'tables of iptables-nft are loaded; to read them the program nft is missing',
    },
    legacy_unreadable: {
      de: 'geladen sind Tabellen von iptables-legacy; ob Regeln darin stehen, ist nicht lesbar',
      en: 'tables of iptables-legacy are loaded; whether rules are in them could not be read',
    },
  },
  reads: ['firewall_state', 'nft_base_chain', 'sysctl'],
  dimensions: ['nft_tables', 'legacy_tables'],
  freshness: 'PT1H',
  // A chain counts that looks at packets for this host and does something: it has rules, or drops what none fits.
  // Chains for address translation (priority 100 on this hook) let everything through. A legacy table exists as soon
  // as somebody has listed it, rules or not: that it is there proves nothing.
  sql: `
    with
    family (family, ip) as (
      values ('inet', 'IPv4'), ('inet', 'IPv6'), ('ip', 'IPv4'), ('ip6', 'IPv6')
    ),
    v6_off as (
      select distinct system from sysctl where name = 'net.ipv6.conf.all.disable_ipv6' and value = '1'
    ),
    covered as (
      select c.system, bool_or(f.ip = 'IPv4') as v4, bool_or(f.ip = 'IPv6') as v6
      from nft_base_chain c
      join family f on f.family = c.family
      where c.hook = 'input' and c.priority <> 100 and (c.rules > 0 or c.policy = 'drop')
      group by c.system
    ),
    host as (
      select f.system, f.nft_installed, f.tables, f.legacy_tables,
        not f.nft_installed and f.iptables_nft_tables <> '{}' as no_reader,
        coalesce(c.v4, false) as v4,
        coalesce(c.v6, false) as v6,
        o.system is not null as v6_off,
        'ip:filter' = any (f.legacy_tables) as old4,
        'ip6:filter' = any (f.legacy_tables) as old6
      from firewall_state f
      left join covered c on c.system = f.system
      left join v6_off o on o.system = f.system
    ),
    judged as (
      select system, tables, legacy_tables,
        case
          when v4 and (v6 or v6_off) then 'loaded'
          when no_reader then 'iptables_unreadable'
          when not v4 and not v6 and not old4 and not old6 then
            case when nft_installed then 'not_loaded' else 'not_installed' end
          when not v4 and not old4 then 'no_ipv4'
          when not v6 and not old6 and not v6_off then 'no_ipv6'
          else 'legacy_unreadable'
        end as reason
      from host
    )
    select
      system,
      'firewall' as resource,
      case when reason = 'loaded' then 'ok' when reason like '%_unreadable' then 'error' else 'alarm' end as status,
      reason,
      tables as nft_tables,
      legacy_tables
    from judged
  `,
  examples: [
    {
      name: { de: 'Eine Tabelle für beide Familien', en: 'One table for both families' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
      },
      expect: [{ resource: 'firewall', status: 'ok', reason: 'loaded' }],
    },
    {
      name: { de: 'Nichts ist geladen', en: 'Nothing is loaded' },
      facts: {
        firewall_state: [{ tables: 0, rules: 0 }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'not_loaded' }],
    },
    {
      name: {
        de: 'Eine leere Kette, die alles durchlässt, ist keine Firewall',
        en: 'An empty chain that lets everything through is no firewall',
      },
      facts: {
        firewall_state: [{ rules: 0 }],
        nft_base_chain: [{ policy: 'accept', rules: 0 }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'not_loaded' }],
    },
    {
      name: { de: 'Adressübersetzung allein schützt nicht', en: 'Address translation alone does not protect' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip', tableName: 'nat', chain: 'INPUT', priority: 100, policy: 'accept', rules: 2 }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'not_loaded' }],
    },
    {
      name: { de: 'Ohne nft und ohne ältere Regeln', en: 'Without nft and without older rules' },
      facts: {
        firewall_state: [{ nftInstalled: false, tables: 0, rules: 0, persistent: null, rulesetDigest: null }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'not_installed' }],
    },
    {
      name: {
        de: 'Regeln von iptables-nft, aber kein nft, um sie zu lesen',
        en: 'Rules of iptables-nft, but no nft to read them',
      },
      facts: { firewall_state: [{ nftInstalled: false, tables: 0, rules: 0, iptablesNftTables: ['ip:filter'] }] },
      expect: [{ resource: 'firewall', status: 'error', reason: 'iptables_unreadable' }],
    },
    {
      name: { de: 'IPv6 wurde vergessen', en: 'IPv6 was forgotten' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip', chain: 'INPUT' }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'no_ipv6' }],
    },
    {
      name: { de: 'IPv4 wurde vergessen', en: 'IPv4 was forgotten' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip6', chain: 'INPUT' }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'no_ipv4' }],
    },
    {
      name: { de: 'Nur IPv4, und IPv6 ist abgeschaltet', en: 'IPv4 only, and IPv6 is switched off' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip' }],
        sysctl: [{ name: 'net.ipv6.conf.all.disable_ipv6', value: '1' }],
      },
      expect: [{ resource: 'firewall', status: 'ok', reason: 'loaded' }],
    },
    {
      name: {
        de: 'Nur die ältere Schnittstelle: ihr Inhalt ist nicht zu sehen',
        en: 'Only the older interface: its content cannot be seen',
      },
      facts: {
        firewall_state: [
          { nftInstalled: false, tables: 0, rules: 0, legacyTables: ['ip6:filter', 'ip:filter'], rulesetDigest: null },
        ],
      },
      expect: [{ resource: 'firewall', status: 'error', reason: 'legacy_unreadable' }],
    },
  ],
})
