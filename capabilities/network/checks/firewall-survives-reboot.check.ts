import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallSurvivesReboot = defineCheck({
  id: 'network.firewall-survives-reboot',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Die Firewall ist nach einem Neustart wieder da',
    en: 'The firewall is back after a reboot',
  },
  population: { de: 'Firewalls', en: 'firewalls' },
  remedy: {
    de: 'Die geladenen Regeln sichern und beim Start laden: nft -s list ruleset > /etc/nftables.conf (davor die Zeile flush ruleset), dann systemctl enable nftables.',
    en: 'Save the loaded rules and load them at boot: nft -s list ruleset > /etc/nftables.conf (preceded by the line flush ruleset), then systemctl enable nftables.',
  },
  reasons: {
    persistent: { de: 'die Regeln werden beim Start geladen', en: 'the rules are loaded at boot' },
    not_persistent: {
      de: 'die geladenen Regeln sind nach einem Neustart fort',
      en: 'the loaded rules are gone after a reboot',
    },
    unknown: {
      de: 'ob die Regeln beim Start geladen werden, ist nicht lesbar',
      en: 'whether the rules are loaded at boot could not be read',
    },
    no_firewall: { de: 'keine Firewall ist geladen', en: 'no firewall is loaded' },
  },
  reads: ['firewall_state'],
  dimensions: [],
  freshness: 'PT6H',
  sql: `
    with judged as (
      select system,
        case
          when tables = 0 and legacy_tables = '{}' and iptables_nft_tables = '{}' then 'no_firewall'
          when persistent is null then 'unknown'
          when persistent then 'persistent'
          else 'not_persistent'
        end as reason
      from firewall_state
    )
    select
      system,
      'firewall' as resource,
      case reason when 'persistent' then 'ok' when 'no_firewall' then 'skip' when 'unknown' then 'error' else 'alarm' end as status,
      reason
    from judged
  `,
  examples: [
    {
      name: { de: 'Die Einheit nftables lädt /etc/nftables.conf', en: 'The unit nftables loads /etc/nftables.conf' },
      facts: {
        firewall_state: [{}],
      },
      expect: [{ resource: 'firewall', status: 'ok', reason: 'persistent' }],
    },
    {
      name: { de: 'Von Hand geladen', en: 'Loaded by hand' },
      facts: {
        firewall_state: [{ persistent: false }],
      },
      expect: [{ resource: 'firewall', status: 'alarm', reason: 'not_persistent' }],
    },
    {
      name: { de: 'Nicht feststellbar', en: 'Cannot be told' },
      facts: {
        firewall_state: [{ persistent: null }],
      },
      expect: [{ resource: 'firewall', status: 'error', reason: 'unknown' }],
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
