import { defineCheck } from '../../../kernel/check/check.ts'

export const noLegacyBesideNft = defineCheck({
  id: 'network.no-legacy-beside-nft',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Die Firewall hat nur eine Sprache: nftables und iptables-legacy stehen nicht nebeneinander',
    en: 'The firewall speaks one language: nftables and iptables-legacy do not stand side by side',
  },
  population: { de: 'Firewalls', en: 'firewalls' },
  remedy: {
    de: 'Die alten Regeln übertragen (iptables-legacy-save | iptables-restore-translate -f /dev/stdin), dann leeren und entladen: iptables-legacy -F; iptables-legacy -X; modprobe -r iptable_filter ip_tables.',
    en: 'Carry the old rules over (iptables-legacy-save | iptables-restore-translate -f /dev/stdin), then flush and unload: iptables-legacy -F; iptables-legacy -X; modprobe -r iptable_filter ip_tables.',
  },
  reasons: {
    nft_only: { de: 'nur nftables ist geladen', en: 'only nftables is loaded' },
    legacy_only: {
      de: 'nur die ältere Schnittstelle ist geladen: {legacy_tables}',
      en: 'only the older interface is loaded: {legacy_tables}',
    },
    both: {
      de: 'neben nftables sind ältere Tabellen geladen, die nft nicht zeigt: {legacy_tables}',
      en: 'beside nftables older tables are loaded that nft does not show: {legacy_tables}',
    },
    iptables_nft: {
      de: 'neben eigenen Tabellen stehen solche von iptables-nft: {iptables_tables}',
      en: 'beside own tables there are some of iptables-nft: {iptables_tables}',
    },
    no_firewall: { de: 'keine Firewall ist geladen', en: 'no firewall is loaded' },
  },
  reads: ['firewall_state'],
  dimensions: ['legacy_tables', 'iptables_tables'],
  freshness: 'PT6H',
  // Both judge each packet, and each drops what the other accepts; who reads one of them knows half of the truth.
  // Tables of iptables-nft are visible to nft: a matter of order, not of safety.
  sql: `
    with judged as (
      select system, legacy_tables, iptables_nft_tables,
        case
          when tables = 0 and iptables_nft_tables = '{}' then
            case when legacy_tables = '{}' then 'no_firewall' else 'legacy_only' end
          when legacy_tables <> '{}' then 'both'
          when iptables_nft_tables <> '{}' and tables > cardinality(iptables_nft_tables) then 'iptables_nft'
          else 'nft_only'
        end as reason
      from firewall_state
    )
    select
      system,
      'firewall' as resource,
      case reason when 'no_firewall' then 'skip' when 'both' then 'alarm' when 'iptables_nft' then 'info' else 'ok' end as status,
      reason,
      legacy_tables,
      iptables_nft_tables as iptables_tables
    from judged
  `,
  examples: [
    {
      name: { de: 'Nur nftables', en: 'Only nftables' },
      facts: {
        firewall_state: [{}],
      },
      expect: [{ resource: 'firewall', status: 'ok', reason: 'nft_only' }],
    },
    {
      name: { de: 'Ein altes Skript hat iptables-legacy geladen', en: 'An old script has loaded iptables-legacy' },
      facts: {
        firewall_state: [{ legacyTables: ['ip:filter'] }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'both' }],
    },
    {
      name: { de: 'Nur die ältere Schnittstelle', en: 'Only the older interface' },
      facts: {
        firewall_state: [{ tables: 0, rules: 0, legacyTables: ['ip6:filter', 'ip:filter'] }],
      },
      expect: [{ resource: 'firewall', status: 'ok', reason: 'legacy_only' }],
    },
    {
      name: { de: 'Docker bringt Tabellen von iptables-nft mit', en: 'Docker brings tables of iptables-nft along' },
      facts: {
        firewall_state: [{ tables: 3, iptablesNftTables: ['ip:filter', 'ip:nat'] }],
      },
      expect: [{ resource: 'firewall', status: 'info', reason: 'iptables_nft' }],
    },
    {
      name: { de: 'Keine Firewall: das sagt eine andere Prüfung', en: 'No firewall: another check says so' },
      facts: {
        firewall_state: [{ tables: 0, rules: 0, persistent: null }],
      },
      expect: [{ resource: 'firewall', status: 'skip', reason: 'no_firewall' }],
    },
  ],
})
