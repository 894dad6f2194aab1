import { defineCheck } from '../../../kernel/check/check.ts'
import { EXPOSURE } from './exposure.sql.ts'

export const managementPortsAreClosed = defineCheck({
  id: 'network.management-ports-are-closed',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Verwaltungszugänge sind nur von benannten Netzen aus erreichbar',
    en: 'Management access can be reached from named networks only',
  },
  population: { de: 'Verwaltungszugänge', en: 'management ports' },
  remedy: {
    de: 'Den Dienst an 127.0.0.1 oder eine Adresse im Verwaltungsnetz binden; sonst in der Regel die Absender nennen: nft add rule inet filter input ip saddr 10.0.0.0/8 {protocol} dport {port} accept (eigenes Netz einsetzen), die alte Regel entfernen und /etc/nftables.conf ebenso ändern. Für Container: -p 127.0.0.1:{port}:{port}.',
    en: 'Bind the service to 127.0.0.1 or to an address of the administration network; otherwise name the senders in the rule: nft add rule inet filter input ip saddr 10.0.0.0/8 {protocol} dport {port} accept (put in your network), remove the old rule and change /etc/nftables.conf likewise. For containers: -p 127.0.0.1:{port}:{port}.',
  },
  reasons: {
    loopback_only: { de: 'nur auf diesem Host erreichbar', en: 'reachable on this host only' },
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
  reads: ['listener', 'firewall_state', 'nft_base_chain', 'nft_rule', 'sysctl'],
  dimensions: ['protocol', 'port', 'service', 'process'],
  freshness: 'PT1H',
  sql: `
    with recursive
    management (protocol, low, high, service) as (
      values
        ('tcp', 22, 22, 'SSH'), ('tcp', 23, 23, 'Telnet'), ('udp', 161, 161, 'SNMP'), ('udp', 623, 623, 'IPMI'),
        ('tcp', 2375, 2376, 'Docker'), ('tcp', 3306, 3306, 'MySQL'), ('tcp', 3389, 3389, 'RDP'), ('tcp', 5432, 5432, 'PostgreSQL'),
        ('tcp', 5900, 5910, 'VNC'), ('tcp', 5985, 5986, 'WinRM'), ('tcp', 6379, 6379, 'Redis'), ('tcp', 8006, 8006, 'Proxmox'),
        ('tcp', 9200, 9200, 'Elasticsearch'), ('tcp', 10000, 10000, 'Webmin'), ('tcp', 10250, 10250, 'kubelet'),
        ('tcp', 11211, 11211, 'memcached'), ('tcp', 27017, 27017, 'MongoDB')
    ),
    ${EXPOSURE}
    select
      e.system,
      e.resource,
      case
        when e.reason in ('loopback_only', 'kept_out', 'limited_sources') then 'ok'
        when e.reason = 'unknown' then 'error'
        else 'alarm'
      end as status,
      e.reason,
      e.protocol,
      e.port,
      m.service,
      coalesce(e.process, '?') as process
    from exposure e
    join management m on m.protocol = e.protocol and e.port between m.low and m.high
  `,
  examples: [
    {
      name: {
        de: 'SSH nur vom Verwaltungsnetz, PostgreSQL nur lokal, VNC durch keine Regel erlaubt',
        en: 'SSH from the administration network only, PostgreSQL local only, VNC allowed by no rule',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [
          { matches: ['ct state in established,related'], ports: [] },
          { position: 2, matches: ['ip saddr == 10.20.0.0/24', 'tcp dport == 22'], sources: ['10.20.0.0/24'] },
        ],
        listener: [{}, { address: '127.0.0.1', port: 5432, reach: 'loopback' }, { address: '::', port: 5901 }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:22', status: 'ok', reason: 'limited_sources' },
        { resource: 'tcp 127.0.0.1:5432', status: 'ok', reason: 'loopback_only' },
        { resource: 'tcp [::]:5901', status: 'ok', reason: 'kept_out' },
      ],
    },
    {
      name: {
        de: 'SSH für alle; ein Webserver ist kein Verwaltungszugang',
        en: 'SSH for everybody; a web server is no management port',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [{}],
        listener: [{}, { port: 443 }],
      },
      expect: [{ resource: 'tcp 0.0.0.0:22', status: 'alarm', reason: 'open_to_all' }],
    },
    {
      name: { de: 'Grundhaltung accept', en: 'Policy accept' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ policy: 'accept' }],
        listener: [{ address: '10.0.0.5', port: 6379, reach: 'one' }],
      },
      expect: [{ resource: 'tcp 10.0.0.5:6379', status: 'alarm', reason: 'default_accept' }],
    },
    {
      name: { de: 'Keine Firewall, oder nur für IPv4', en: 'No firewall, or one for IPv4 only' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip' }],
        listener: [{ port: 3306 }, { address: '::', port: 3306 }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:3306', status: 'ok', reason: 'kept_out' },
        { resource: 'tcp [::]:3306', status: 'alarm', reason: 'no_firewall' },
      ],
    },
    {
      name: {
        de: 'Ohne IPv6 ist auch ein Socket auf „::“ nur über IPv4 erreichbar',
        en: 'Without IPv6 even a socket on “::” is reached by IPv4 only',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip' }],
        sysctl: [{ name: 'net.ipv6.conf.all.disable_ipv6', value: '1' }],
        listener: [{ address: '::', port: 22 }],
      },
      expect: [{ resource: 'tcp [::]:22', status: 'ok', reason: 'kept_out' }],
    },
    {
      name: {
        de: 'Regeln von iptables-nft, aber kein nft, um sie zu lesen',
        en: 'Rules of iptables-nft, but no nft to read them',
      },
      facts: {
        firewall_state: [{ nftInstalled: false, tables: 0, rules: 0, iptablesNftTables: ['ip:filter'] }],
        listener: [{}],
      },
      expect: [{ resource: 'tcp 0.0.0.0:22', status: 'error', reason: 'unknown' }],
    },
    {
      name: {
        de: 'Ein Sprung grenzt die Absender ein; der zweite nicht',
        en: 'One jump narrows the senders; the second does not',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [
          { verdict: 'jump:admin', matches: ['ip saddr == @office'], ports: [], sources: ['@office'] },
          { position: 2, verdict: 'jump:guests', matches: [], ports: [] },
          { chain: 'admin' },
          { chain: 'guests', matches: ['tcp dport == 3389'], ports: ['tcp 3389'] },
        ],
        listener: [{}, { port: 3389 }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:22', status: 'ok', reason: 'limited_sources' },
        { resource: 'tcp 0.0.0.0:3389', status: 'alarm', reason: 'open_to_all' },
      ],
    },
    {
      name: {
        de: 'Durch den Tunnel ja, durch jede andere Schnittstelle auch',
        en: 'Through the tunnel yes, through any other interface too',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [
          { matches: ['iifname == wg0', 'tcp dport == 22'] },
          { position: 2, matches: ['iifname == eth0', 'tcp dport == 8000-8010'], ports: ['tcp 8000-8010'] },
        ],
        listener: [{}, { port: 8006 }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:22', status: 'ok', reason: 'kept_out' },
        { resource: 'tcp 0.0.0.0:8006', status: 'alarm', reason: 'open_to_all' },
      ],
    },
    {
      name: {
        de: 'Docker veröffentlicht einen Port an der Firewall vorbei',
        en: 'Docker publishes a port around the firewall',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        listener: [{ port: 27017, process: 'docker-proxy' }],
      },
      expect: [{ resource: 'tcp 0.0.0.0:27017', status: 'alarm', reason: 'around_firewall' }],
    },
    {
      name: {
        de: 'Bedingungen, die nft nicht zeigt, und Regeln von iptables-legacy',
        en: 'Conditions that nft does not show, and rules of iptables-legacy',
      },
      facts: {
        firewall_state: [{ legacyTables: ['ip6:filter'] }],
        nft_base_chain: [{ family: 'ip' }],
        nft_rule: [{ family: 'ip', matches: ['xt {"type":"match","name":"multiport"}'], ports: [] }],
        listener: [{}, { address: '2001:db8::5', port: 22, reach: 'one' }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:22', status: 'error', reason: 'unknown' },
        { resource: 'tcp [2001:db8::5]:22', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
