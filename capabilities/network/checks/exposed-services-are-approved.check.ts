import { defineCheck } from '../../../kernel/check/check.ts'
import { EXPOSURE } from './exposure.sql.ts'

export const exposedServicesAreApproved = defineCheck({
  id: 'network.exposed-services-are-approved',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Was von überall erreichbar ist, ist freigegeben',
    en: 'What can be reached from everywhere is approved',
  },
  population: { de: 'Dienste, die nicht nur lokal lauschen', en: 'services that do not listen locally only' },
  remedy: {
    de: 'Wird der Dienst nicht gebraucht: stoppen oder an 127.0.0.1 binden. Soll er nur wenigen offenstehen: in der Regel die Absender nennen. Ist er für alle gedacht: in der Konfiguration des Systems das Kennzeichen service: {label} eintragen.',
    en: 'If nobody needs the service: stop it or bind it to 127.0.0.1. If only some should reach it: name the senders in the rule. If it is meant for all: enter the label service: {label} in the configuration of the system.',
  },
  reasons: {
    approved: { de: 'freigegeben als {label}', en: 'approved as {label}' },
    dhcp_client: { de: 'Empfang für Antworten des DHCP-Servers', en: 'receives the answers of the DHCP server' },
    kept_out: { de: 'die Firewall lässt niemanden herein', en: 'the firewall lets nobody in' },
    limited_sources: {
      de: 'die Firewall lässt nur benannte Absender herein',
      en: 'the firewall lets only named senders in',
    },
    open_to_all: {
      de: 'die Firewall lässt jeden herein (Prozess {process})',
      en: 'the firewall lets everybody in (process {process})',
    },
    default_accept: {
      de: 'keine Regel hält jemanden ab: die Firewall lässt durch, was sie nicht kennt (Prozess {process})',
      en: 'no rule keeps anybody out: the firewall lets through what it does not know (process {process})',
    },
    no_firewall: {
      de: 'keine Firewall steht davor (Prozess {process})',
      en: 'no firewall stands before it (process {process})',
    },
    around_firewall: {
      de: 'Docker leitet den Port an der Kette input vorbei zu einem Container',
      en: 'Docker passes the port to a container, around the input chain',
    },
    unknown: {
      de: 'die Regeln davor sind nicht vollständig lesbar',
      en: 'the rules before it cannot be read completely',
    },
  },
  reads: ['listener', 'firewall_state', 'nft_base_chain', 'nft_rule', 'sysctl', 'system_label'],
  dimensions: ['label', 'process'],
  freshness: 'PT1H',
  sql: `
    with recursive
    ${EXPOSURE},
    approved as (
      select distinct system, lower(value) as label from system_label where label = 'service'
    )
    select
      e.system,
      e.resource,
      case
        when e.reason in ('kept_out', 'limited_sources') or a.label is not null then 'ok'
        when e.protocol = 'udp' and e.port in (68, 546) then 'ok'
        when e.reason = 'unknown' then 'error'
        else 'alarm'
      end as status,
      case
        when e.reason in ('kept_out', 'limited_sources') then e.reason
        when a.label is not null then 'approved'
        when e.protocol = 'udp' and e.port in (68, 546) then 'dhcp_client'
        else e.reason
      end as reason,
      e.protocol || '/' || e.port as label,
      coalesce(e.process, '?') as process
    from exposure e
    left join approved a on a.system = e.system and a.label = e.protocol || '/' || e.port
    where e.reason <> 'loopback_only'
  `,
  examples: [
    {
      name: {
        de: 'HTTPS ist freigegeben, SSH hat benannte Absender, der Rest bleibt draußen',
        en: 'HTTPS is approved, SSH has named senders, the rest stays outside',
      },
      facts: {
        system_label: [{ label: 'service', value: 'tcp/443' }],
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [
          { matches: ['ip saddr == 10.20.0.0/24', 'tcp dport == 22'], sources: ['10.20.0.0/24'] },
          { position: 2, matches: ['tcp dport == { 80, 443 }'], ports: ['tcp 80', 'tcp 443'] },
        ],
        listener: [{}, { port: 443 }, { port: 9100 }, { address: '127.0.0.1', port: 25, reach: 'loopback' }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:443', status: 'ok', reason: 'approved' },
        { resource: 'tcp 0.0.0.0:22', status: 'ok', reason: 'limited_sources' },
        { resource: 'tcp 0.0.0.0:9100', status: 'ok', reason: 'kept_out' },
      ],
    },
    {
      name: {
        de: 'Auch SSH braucht eine Freigabe, wenn es allen offensteht',
        en: 'SSH needs an approval too where it is open to all',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [{}],
        listener: [{}],
      },
      expect: [{ resource: 'tcp 0.0.0.0:22', status: 'alarm', reason: 'open_to_all' }],
    },
    {
      name: {
        de: 'Ohne Firewall steht alles offen, was lauscht; nicht der DHCP-Client',
        en: 'Without a firewall everything that listens is open; not the DHCP client',
      },
      facts: {
        firewall_state: [{ tables: 0, rules: 0 }],
        listener: [{ port: 8080 }, { protocol: 'udp', port: 68, process: 'dhclient' }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:8080', status: 'alarm', reason: 'no_firewall' },
        { resource: 'udp 0.0.0.0:68', status: 'ok', reason: 'dhcp_client' },
      ],
    },
    {
      name: {
        de: 'Grundhaltung accept, und ein Container an der Firewall vorbei',
        en: 'Policy accept, and a container around the firewall',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ policy: 'accept' }],
        listener: [{ port: 8080 }, { address: '::', port: 3000, process: 'docker-proxy' }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:8080', status: 'alarm', reason: 'default_accept' },
        { resource: 'tcp [::]:3000', status: 'alarm', reason: 'around_firewall' },
      ],
    },
    {
      name: { de: 'Die Freigabe für TCP gilt nicht für UDP', en: 'The approval for TCP does not hold for UDP' },
      facts: {
        system_label: [{ label: 'service', value: 'tcp/443' }],
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [{ matches: ['th dport == 443'], ports: ['tcp 443', 'udp 443'] }],
        listener: [{ port: 443 }, { protocol: 'udp', port: 443 }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:443', status: 'ok', reason: 'approved' },
        { resource: 'udp 0.0.0.0:443', status: 'alarm', reason: 'open_to_all' },
      ],
    },
    {
      name: {
        de: 'Ein Satz von Ports, der sich ändert, ist nicht lesbar',
        en: 'A set of ports that changes cannot be read',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [{ matches: ['tcp dport == @web'], ports: ['tcp @web'] }],
        listener: [{ port: 8443 }],
      },
      expect: [{ resource: 'tcp 0.0.0.0:8443', status: 'error', reason: 'unknown' }],
    },
  ],
})
