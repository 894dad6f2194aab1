import { defineCheck } from '../../../kernel/check/check.ts'

export const noAnyAnyRules = defineCheck({
  id: 'network.no-any-any-rules',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Keine Regel lässt alles von überall durch',
    en: 'No rule lets everything through from everywhere',
  },
  population: { de: 'Regeln, die durchlassen', en: 'rules that accept' },
  remedy: {
    de: 'Die Regel durch solche ersetzen, die Port und Absender nennen. Ihre Nummer (handle) zeigt nft -a list chain {chain}; entfernen: nft delete rule {chain} handle NUMMER; dann /etc/nftables.conf ebenso ändern.',
    en: 'Replace the rule by ones that name port and sender. nft -a list chain {chain} shows its number (handle); remove it: nft delete rule {chain} handle NUMBER; then change /etc/nftables.conf likewise.',
  },
  reasons: {
    names_something: { de: 'nennt, was durch darf', en: 'names what may pass' },
    any_any: { de: 'lässt alles von überall durch', en: 'lets everything through from everywhere' },
    whole_protocol: {
      de: 'lässt jeden Port von überall durch: {rule}',
      en: 'lets every port through from everywhere: {rule}',
    },
    by_source_port: {
      de: 'vertraut dem Absenderport, den der Absender frei wählt: {rule}',
      en: 'trusts the source port, which the sender is free to choose: {rule}',
    },
    unknown: {
      de: 'was die Regel verlangt, ist nicht lesbar: {rule}',
      en: 'what the rule asks for could not be read: {rule}',
    },
  },
  reads: ['nft_rule', 'nft_base_chain'],
  dimensions: ['chain', 'rule'],
  freshness: 'PT1H',
  // A rule narrows nothing where it asks only for things that every stranger has: a family, TCP or UDP, a new connection,
  // a sender in 0.0.0.0/0, all ports, everything but one, a rate. A loopback interface or "established" alone is narrow enough. Chains reached
  // by a jump count too; behind a jump that narrows, a rule without conditions is fine.
  sql: `
    with recursive
    rule as (
      select system, family, table_name, chain, position, verdict, array_to_string(matches, ', ') as text,
        not exists (select from unnest(ports) p where p !~ ' (!= .*|[01]-65535)$')
        and not exists (
          select from unnest(matches) m
          where not (
            (m ~ '^ct state ' and (m ~ '!=') <> (m ~ 'new|untracked'))
            or m ~ '^meta (nfproto|protocol) '
            or m ~ '^(meta l4proto|ip protocol|ip6 nexthdr) (==|in) .*[[:<:]](tcp|udp|6|17)[[:>:]]'
            or m ~ '^ip6? (saddr|daddr) (!= |== (0[.]0[.]0[.]0|::)/0$)'
            or m ~ '^(tcp|udp|th) (dport (!=|>=? [01]$|.*[[:<:]][01]-65535)|sport )'
            or m ~ '^limit rate '
          )
        ) as narrows_nothing,
        matches = '{}' as unconditional,
        exists (select from unnest(matches) m where m ~ '^(tcp|udp|th) sport ') as by_source_port,
        exists (select from unnest(matches) m where m ~ '^(xt |@)')
          and not exists (select from unnest(matches) m where m ~ '^iif(name)? (==|in) lo$') as unclear
      from nft_rule
    ),
    inside as (
      -- Priority 100 on input is address translation: there "accept" only means "leave it as it is".
      select system, family, table_name, chain, true as open
      from nft_base_chain
      where hook = 'forward' or (hook = 'input' and priority <> 100)
      union
      select i.system, i.family, i.table_name, substr(r.verdict, 6), i.open and r.narrows_nothing
      from inside i
      join rule r on r.system = i.system and r.family = i.family and r.table_name = i.table_name and r.chain = i.chain
      where r.verdict ~ '^(jump|goto):'
    ),
    reached as (
      select system, family, table_name, chain, bool_or(open) as open
      from inside
      group by system, family, table_name, chain
    ),
    judged as (
      select r.system, r.family || ' ' || r.table_name || ' ' || r.chain as chain, r.position, r.text,
        case
          when not c.open then 'names_something'
          when r.narrows_nothing and r.by_source_port then 'by_source_port'
          when r.narrows_nothing and r.unconditional then 'any_any'
          when r.narrows_nothing then 'whole_protocol'
          when r.unclear then 'unknown'
          else 'names_something'
        end as reason
      from rule r
      join reached c on c.system = r.system and c.family = r.family and c.table_name = r.table_name and c.chain = r.chain
      where r.verdict = 'accept'
    )
    select
      system,
      chain || ' #' || position as resource,
      case reason when 'names_something' then 'ok' when 'unknown' then 'error' else 'alarm' end as status,
      reason,
      chain,
      text as rule
    from judged
  `,
  examples: [
    {
      name: {
        de: 'Bekannte Verbindungen, loopback, SSH vom Verwaltungsnetz',
        en: 'Known connections, loopback, SSH from the administration network',
      },
      facts: {
        nft_base_chain: [{}],
        nft_rule: [
          { position: 1, matches: ['ct state in established,related'], ports: [] },
          { position: 2, matches: ['iifname == lo'], ports: [] },
          { position: 3, matches: ['ip saddr == 10.20.0.0/24', 'tcp dport == 22'], sources: ['10.20.0.0/24'] },
          { position: 4, verdict: 'drop', matches: [], ports: [] },
        ],
      },
      expect: [
        { resource: 'inet filter input #1', status: 'ok', reason: 'names_something' },
        { resource: 'inet filter input #2', status: 'ok', reason: 'names_something' },
        { resource: 'inet filter input #3', status: 'ok', reason: 'names_something' },
      ],
    },
    {
      name: { de: 'Eine Regel ohne jede Bedingung', en: 'A rule without any condition' },
      facts: {
        nft_base_chain: [{}],
        nft_rule: [{ matches: [], ports: [] }],
      },
      expect: [{ resource: 'inet filter input #1', status: 'alarm', reason: 'any_any' }],
    },
    {
      name: { de: 'Dasselbe in anderen Worten', en: 'The same in other words' },
      facts: {
        nft_base_chain: [{}],
        nft_rule: [
          { position: 1, matches: ['ct state in new,established'], ports: [] },
          { position: 2, matches: ['meta l4proto == { tcp, udp }'], ports: [] },
          { position: 3, matches: ['ip saddr == 0.0.0.0/0'], ports: [], sources: ['0.0.0.0/0'] },
          { position: 4, matches: ['tcp dport == 1-65535'], ports: ['tcp 1-65535'] },
          { position: 5, matches: ['udp sport == 53'], ports: [] },
          {
            position: 6,
            matches: ['ip saddr != @blocked', 'tcp dport != 25'],
            ports: ['tcp != 25'],
            sources: ['!= @blocked'],
          },
        ],
      },
      expect: [
        { resource: 'inet filter input #1', status: 'alarm', reason: 'whole_protocol' },
        { resource: 'inet filter input #2', status: 'alarm', reason: 'whole_protocol' },
        { resource: 'inet filter input #3', status: 'alarm', reason: 'whole_protocol' },
        { resource: 'inet filter input #4', status: 'alarm', reason: 'whole_protocol' },
        { resource: 'inet filter input #5', status: 'alarm', reason: 'by_source_port' },
        { resource: 'inet filter input #6', status: 'alarm', reason: 'whole_protocol' },
      ],
    },
    {
      name: {
        de: 'Hinter einem Sprung, der einschränkt, ist „alles“ eingeschränkt; hinter einem anderen nicht',
        en: 'Behind a jump that narrows, “everything” is narrow; behind another it is not',
      },
      facts: {
        nft_base_chain: [{}, { chain: 'forward', hook: 'forward' }],
        nft_rule: [
          { verdict: 'jump:admin', matches: ['ip saddr == 10.20.0.0/24'], ports: [], sources: ['10.20.0.0/24'] },
          { chain: 'admin', matches: [], ports: [] },
          { chain: 'forward', verdict: 'goto:docker', matches: [], ports: [] },
          { chain: 'docker', matches: [], ports: [] },
        ],
      },
      expect: [
        { resource: 'inet filter admin #1', status: 'ok', reason: 'names_something' },
        { resource: 'inet filter docker #1', status: 'alarm', reason: 'any_any' },
      ],
    },
    {
      name: { de: 'Bedingungen von iptables-nft zeigt nft nicht', en: 'nft does not show conditions of iptables-nft' },
      facts: {
        nft_base_chain: [{ family: 'ip', chain: 'INPUT' }],
        nft_rule: [{ family: 'ip', chain: 'INPUT', matches: ['xt {"type":"match","name":"conntrack"}'], ports: [] }],
      },
      expect: [{ resource: 'ip filter INPUT #1', status: 'error', reason: 'unknown' }],
    },
    {
      name: {
        de: 'In einer Kette für Adressübersetzung heißt accept nur: unverändert',
        en: 'In a chain for address translation accept only means: unchanged',
      },
      facts: {
        nft_base_chain: [{ family: 'ip', tableName: 'nat', chain: 'INPUT', priority: 100, policy: 'accept' }],
        nft_rule: [{ family: 'ip', tableName: 'nat', chain: 'INPUT', matches: [], ports: [] }],
      },
      expect: [{ resource: '*', status: 'skip', reason: 'nothing_in_scope' }],
    },
  ],
})
