import { defineCheck } from '../../../kernel/check/check.ts'

export const firewallDeniesByDefault = defineCheck({
  id: 'network.firewall-denies-by-default',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Was keine Regel erlaubt, weist die Firewall ab',
    en: 'What no rule allows, the firewall refuses',
  },
  population: {
    de: 'Wege in den Host und durch ihn hindurch, je Adressfamilie',
    en: 'ways into the host and through it, per family of addresses',
  },
  remedy: {
    de: 'Der Kette, die auf {hook} prüft, in /etc/nftables.conf „policy drop;“ geben (chain {hook} { type filter hook {hook} priority 0; policy drop; }), vorher sicherstellen, dass die eigene SSH-Verbindung erlaubt ist, dann systemctl reload nftables.',
    en: 'Give the chain that looks at {hook} “policy drop;” in /etc/nftables.conf (chain {hook} { type filter hook {hook} priority 0; policy drop; }), make sure first that your own SSH connection is allowed, then systemctl reload nftables.',
  },
  reasons: {
    denies: { de: 'am Ende steht die Abweisung, in {chains}', en: 'it ends in a refusal, in {chains}' },
    accepts_rest: {
      de: 'was keine Regel trifft, kommt durch: {chains}',
      en: 'what no rule fits comes through: {chains}',
    },
    no_chain: { de: 'keine Kette prüft diesen Weg', en: 'no chain looks at this way' },
    asks_program: {
      de: 'am Ende entscheidet ein Programm (queue), das hier nicht zu sehen ist: {chains}',
      en: 'in the end a program decides (queue) that cannot be seen here: {chains}',
    },
    legacy_unreadable: {
      de: 'ob die Regeln von iptables abweisen, ist nicht lesbar',
      en: 'whether the rules of iptables refuse could not be read',
    },
    ipv6_off: { de: 'IPv6 ist auf diesem Host abgeschaltet', en: 'IPv6 is switched off on this host' },
  },
  reads: ['firewall_state', 'nft_base_chain', 'nft_rule', 'sysctl'],
  dimensions: ['hook', 'chains'],
  freshness: 'PT1H',
  // A packet must be accepted by every base chain of its hook, so one that refuses is enough. A chain refuses by default
  // where the first rule without any condition drops or rejects, and where there is none, by its policy. The way through
  // (forward) counts where the host forwards: what Docker and routers pass on never sees the input chain.
  sql: `
    with recursive
    family (family, ip) as (
      values ('inet', 'IPv4'), ('inet', 'IPv6'), ('ip', 'IPv4'), ('ip6', 'IPv6')
    ),
    way as (
      select f.system, w.ip, w.hook,
        w.legacy = any (f.legacy_tables) or (not f.nft_installed and f.iptables_nft_tables <> '{}') as legacy,
        w.ip = 'IPv6' and exists (
          select from sysctl o
          where o.system = f.system and o.name = 'net.ipv6.conf.all.disable_ipv6' and o.value = '1'
        ) as v6_off
      from firewall_state f
      cross join (
        values
          ('IPv4', 'input', 'ip:filter', null),
          ('IPv6', 'input', 'ip6:filter', null),
          ('IPv4', 'forward', 'ip:filter', 'net.ipv4.ip_forward'),
          ('IPv6', 'forward', 'ip6:filter', 'net.ipv6.conf.all.forwarding')
      ) w (ip, hook, legacy, switch)
      left join sysctl s on s.system = f.system and s.name = w.switch
      where w.switch is null or s.value = '1'
    ),
    inside as (
      -- Base chains, and the chains that every packet comes into from there.
      select system, hook, family, table_name, chain as base, policy, chain, 0::bigint as place
      from nft_base_chain
      where hook in ('input', 'forward')
      union
      select i.system, i.hook, i.family, i.table_name, i.base, i.policy, substr(r.verdict, 6),
        case when i.place = 0 then r.position else i.place end
      from inside i
      join nft_rule r on r.system = i.system and r.family = i.family and r.table_name = i.table_name and r.chain = i.chain
      where r.verdict ~ '^(jump|goto):' and r.matches = '{}'
    ),
    ending as (
      select distinct on (system, hook, family, table_name, base) system, hook, family, table_name, base, verdict
      from (
        select distinct on (i.system, i.hook, i.family, i.table_name, i.base, i.chain, i.place)
          i.*, r.verdict, case when i.place = 0 then r.position else i.place end as reached
        from inside i
        join nft_rule r on r.system = i.system and r.family = i.family and r.table_name = i.table_name and r.chain = i.chain
        where r.matches = '{}' and r.verdict in ('accept', 'drop', 'reject', 'queue', 'return')
        order by i.system, i.hook, i.family, i.table_name, i.base, i.chain, i.place, r.position
      ) first_of_chain
      where verdict <> 'return' or chain = base
      order by system, hook, family, table_name, base, reached
    ),
    base as (
      select c.system, f.ip, c.hook, c.family || ' ' || c.table_name || ' ' || c.chain as chain,
        case
          when e.verdict in ('drop', 'reject') then true
          when e.verdict = 'accept' then false
          when e.verdict = 'queue' then null
          else c.policy = 'drop'
        end as denies
      from nft_base_chain c
      join family f on f.family = c.family
      left join ending e on e.system = c.system and e.hook = c.hook and e.family = c.family
        and e.table_name = c.table_name and e.base = c.chain
    ),
    judged as (
      select w.system, w.ip, w.hook,
        case
          when w.v6_off then 'ipv6_off'
          when bool_or(b.denies) then 'denies'
          when w.legacy then 'legacy_unreadable'
          when count(b.chain) = 0 then 'no_chain'
          when bool_or(b.denies is null) then 'asks_program'
          else 'accepts_rest'
        end as reason,
        array_agg(b.chain order by b.chain) filter (where b.denies) as refusing,
        array_agg(b.chain order by b.chain) filter (where b.chain is not null) as chains
      from way w
      left join base b on b.system = w.system and b.ip = w.ip and b.hook = w.hook
      group by w.system, w.ip, w.hook, w.legacy, w.v6_off
    )
    select
      system,
      ip || ' ' || hook as resource,
      case reason
        when 'denies' then 'ok'
        when 'ipv6_off' then 'skip'
        when 'legacy_unreadable' then 'error'
        when 'asks_program' then 'error'
        else 'alarm'
      end as status,
      reason,
      hook,
      coalesce(refusing, chains) as chains
    from judged
  `,
  examples: [
    {
      name: { de: 'Grundhaltung drop, für beide Familien', en: 'Policy drop, for both families' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [{}],
      },
      expect: [
        { resource: 'IPv4 input', status: 'ok', reason: 'denies' },
        { resource: 'IPv6 input', status: 'ok', reason: 'denies' },
      ],
    },
    {
      name: {
        de: 'Grundhaltung accept, aber die letzte Regel weist alles ab',
        en: 'Policy accept, but the last rule rejects everything',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ policy: 'accept' }],
        nft_rule: [{}, { position: 2, verdict: 'reject', matches: [], ports: [] }],
      },
      expect: [
        { resource: 'IPv4 input', status: 'ok', reason: 'denies' },
        { resource: 'IPv6 input', status: 'ok', reason: 'denies' },
      ],
    },
    {
      name: {
        de: 'Grundhaltung drop, aber vorher wird alles angenommen',
        en: 'Policy drop, but everything is accepted before',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}],
        nft_rule: [{}, { position: 2, matches: [], ports: [] }],
      },
      expect: [
        { resource: 'IPv4 input', status: 'alarm', reason: 'accepts_rest' },
        { resource: 'IPv6 input', status: 'alarm', reason: 'accepts_rest' },
      ],
    },
    {
      name: {
        de: 'Nur IPv4 ist dicht, und der Host leitet weiter, ohne es zu prüfen',
        en: 'Only IPv4 is closed, and the host forwards without looking',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip' }, { family: 'ip6', policy: 'accept' }],
        sysctl: [{ name: 'net.ipv4.ip_forward', value: '1' }],
      },
      expect: [
        { resource: 'IPv4 input', status: 'ok', reason: 'denies' },
        { resource: 'IPv6 input', status: 'alarm', reason: 'accepts_rest' },
        { resource: 'IPv4 forward', status: 'alarm', reason: 'no_chain' },
      ],
    },
    {
      name: {
        de: 'Die Abweisung steht in einer Kette, in die jedes Paket springt',
        en: 'The refusal stands in a chain that every packet jumps to',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ policy: 'accept' }],
        nft_rule: [
          {},
          { position: 2, verdict: 'jump:rest', matches: [], ports: [] },
          { chain: 'rest', verdict: 'drop', matches: [], ports: [] },
        ],
      },
      expect: [
        { resource: 'IPv4 input', status: 'ok', reason: 'denies' },
        { resource: 'IPv6 input', status: 'ok', reason: 'denies' },
      ],
    },
    {
      name: {
        de: 'Eine zweite Kette, die alles durchlässt, schadet nicht',
        en: 'A second chain that lets everything through does no harm',
      },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{}, { tableName: 'counters', priority: -150, policy: 'accept' }],
      },
      expect: [
        { resource: 'IPv4 input', status: 'ok', reason: 'denies' },
        { resource: 'IPv6 input', status: 'ok', reason: 'denies' },
      ],
    },
    {
      name: {
        de: 'Nichts, ältere Tabellen für IPv4, IPv6 abgeschaltet',
        en: 'Nothing, older tables for IPv4, IPv6 switched off',
      },
      facts: {
        firewall_state: [{ tables: 0, rules: 0, legacyTables: ['ip:filter'] }],
        sysctl: [{ name: 'net.ipv6.conf.all.disable_ipv6', value: '1' }],
      },
      expect: [
        { resource: 'IPv4 input', status: 'error', reason: 'legacy_unreadable' },
        { resource: 'IPv6 input', status: 'skip', reason: 'ipv6_off' },
      ],
    },
    {
      name: { de: 'Am Ende entscheidet ein Programm', en: 'In the end a program decides' },
      facts: {
        firewall_state: [{}],
        nft_base_chain: [{ family: 'ip' }],
        nft_rule: [{ family: 'ip', verdict: 'queue', matches: [], ports: [] }],
      },
      expect: [
        { resource: 'IPv4 input', status: 'error', reason: 'asks_program' },
        { resource: 'IPv6 input', status: 'alarm', reason: 'no_chain' },
      ],
    },
  ],
})
