/**
 * What a stranger can come to, as common table expressions that end in `exposure` (system, resource, protocol, address, port,
 * reach, process, reason). They go into a `with recursive` over listener, firewall_state, nft_base_chain, nft_rule and sysctl.
 *
 * Read strictly: a rule that accepts a port counts, whatever was dropped before it; an interface counts as "everybody"
 * unless it is loopback or a tunnel. Rules that cannot be read here (iptables-legacy; iptables-nft without nft) could close
 * what the others leave open, so they make that unknown.
 * A socket can be reached where every base chain on the hook lets the packet pass.
 */
export const EXPOSURE = `
    family (family, ip) as (
      values ('inet', 'IPv4'), ('inet', 'IPv6'), ('ip', 'IPv4'), ('ip6', 'IPv6')
    ),
    rule as (
      -- What a rule asks of a packet. Of a stranger it asks too much where the packet must belong to a known connection,
      -- come through loopback or a tunnel, or be no TCP or UDP at all. "xt" matches hide what they ask.
      select system, family, table_name, chain, position, verdict, ports,
        matches = '{}' as unconditional,
        sources = '{}' or '0.0.0.0/0' = any (sources) or '::/0' = any (sources)
          or exists (select from unnest(sources) s where s like '!=%') as from_anywhere,
        exists (
          select from unnest(matches) m
          where (m ~ '^ct state ' and m !~ '&' and (m ~ '!=') = (m ~ 'new|untracked'))
            or m ~ '^iif(name)? (==|in) ({ )?(lo|wg|tun|tap|tailscale|ipsec|xfrm)[^ ]*( (lo|wg|tun|tap|tailscale|ipsec|xfrm)[^ ]*)*( })?$'
            or (m ~ '^(meta l4proto|ip protocol|ip6 nexthdr) (==|in) ' and m !~ '[[:<:]](tcp|udp|6|17)[[:>:]]')
            or m ~ '^(icmp|icmpv6|igmp|esp|ah) '
            or (m ~ '^meta pkttype (==|in) ' and m !~ 'host|unicast')
        ) as not_for_strangers,
        verdict = 'queue' or verdict like 'unknown:%'
          or exists (select from unnest(matches) m where m ~ '^(xt |@)|^[^{]* vmap ') as unclear
      from nft_rule
    ),
    inside as (
      -- The chains that a packet for this host can come into, from each base chain, and what it took to get there.
      select c.system, f.ip, c.family, c.table_name, c.chain as base, c.policy, c.chain,
        0::bigint as place, true as unconditional, true as from_anywhere, false as unclear, '{}'::text[] as ports
      from nft_base_chain c
      join family f on f.family = c.family
      where c.hook = 'input'
      union
      select i.system, i.ip, i.family, i.table_name, i.base, i.policy, substr(r.verdict, 6),
        case when i.place = 0 then r.position else i.place end, i.unconditional and r.unconditional,
        i.from_anywhere and r.from_anywhere, i.unclear or r.unclear, case when r.ports = '{}' then i.ports else r.ports end
      from inside i
      join rule r on r.system = i.system and r.family = i.family and r.table_name = i.table_name and r.chain = i.chain
      where r.verdict ~ '^(jump|goto):' and not r.not_for_strangers
    ),
    ending as (
      -- Where every packet ends that no rule before has judged: the first rule of a chain that asks for nothing.
      select distinct on (system, ip, family, table_name, base) system, ip, family, table_name, base, verdict
      from (
        select distinct on (i.system, i.ip, i.family, i.table_name, i.base, i.chain, i.place)
          i.*, r.verdict, case when i.place = 0 then r.position else i.place end as reached
        from inside i
        join rule r on r.system = i.system and r.family = i.family and r.table_name = i.table_name and r.chain = i.chain
        where i.unconditional and r.unconditional and r.verdict in ('accept', 'drop', 'reject', 'queue', 'return')
        order by i.system, i.ip, i.family, i.table_name, i.base, i.chain, i.place, r.position
      ) first_of_chain
      where verdict <> 'return' or chain = base
      order by system, ip, family, table_name, base, reached
    ),
    opening as (
      -- Each rule that lets strangers in, with each port that it names or that was named on the way to it.
      select i.system, i.ip, i.family, i.table_name, i.base, i.from_anywhere and r.from_anywhere as from_anywhere,
        i.unclear or r.unclear or p.low is null as unclear, p.protocol, coalesce(p.low, 0) as low, coalesce(p.high, 65535) as high
      from inside i
      join rule r on r.system = i.system and r.family = i.family and r.table_name = i.table_name and r.chain = i.chain
      cross join lateral (
        select split_part(port, ' ', 1) as protocol,
          case
            when port ~ '^[a-z]+ [0-9]+(-[0-9]+)?$' then split_part(split_part(port, ' ', 2), '-', 1)::int
            when port ~ '^any |^[a-z]+ !=' then 0
          end as low,
          case
            when port ~ '^[a-z]+ [0-9]+$' then split_part(port, ' ', 2)::int
            when port ~ '^[a-z]+ [0-9]+-[0-9]+$' then split_part(port, '-', 2)::int
            else 65535
          end as high
        from unnest(case when r.ports <> '{}' then r.ports when i.ports <> '{}' then i.ports else array['any port'] end) port
      ) p
      where not r.not_for_strangers and (r.verdict = 'accept' or r.unclear)
    ),
    door as (
      select i.system, i.ip, i.family, i.table_name, i.base,
        case
          when e.verdict in ('drop', 'reject') then true
          when e.verdict = 'accept' then false
          when e.verdict = 'queue' then null
          else i.policy = 'drop'
        end as denies
      from inside i
      left join ending e on e.system = i.system and e.ip = i.ip and e.family = i.family and e.table_name = i.table_name
        and e.base = i.base
      where i.chain = i.base and i.place = 0
    ),
    v6_off as (
      select distinct system from sysctl where name = 'net.ipv6.conf.all.disable_ipv6' and value = '1'
    ),
    listening as (
      select distinct l.system, l.protocol, l.address, l.port, l.reach, l.process, v.ip
      from listener l
      -- A socket on "::" serves IPv4 too, unless its program asked for IPv6 alone, which cannot be seen.
      join (values ('IPv4'), ('IPv6')) v (ip)
        on l.address in ('::', '*') or (v.ip = 'IPv6') = (l.address like '%:%')
      left join v6_off o on o.system = l.system
      where v.ip = 'IPv4' or o.system is null
    ),
    through as (
      -- Per base chain: does it let a stranger come to this socket?
      select l.system, l.protocol, l.address, l.port, l.ip, d.base, d.denies,
        coalesce(bool_or(o.from_anywhere and not o.unclear), false) as opened,
        coalesce(bool_or(o.unclear), false) as unclear,
        coalesce(bool_or(not o.from_anywhere), false) as some_sources
      from listening l
      left join door d on d.system = l.system and d.ip = l.ip
      left join opening o on o.system = d.system and o.ip = d.ip and o.family = d.family and o.table_name = d.table_name
        and o.base = d.base and o.protocol in (l.protocol, 'th', 'any') and l.port between o.low and o.high
      group by l.system, l.protocol, l.address, l.port, l.ip, d.family, d.table_name, d.base, d.denies
    ),
    way as (
      -- Per family of addresses: one chain that keeps strangers out is enough.
      select t.system, t.protocol, t.address, t.port,
        case
          when bool_or(t.denies and not t.opened and not t.unclear) then
            case when bool_or(t.some_sources) then 2 else 1 end
          when bool_or(t.base is not null and not t.opened and (t.denies is null or t.unclear))
            or bool_or(case t.ip when 'IPv4' then 'ip:filter' else 'ip6:filter' end = any (f.legacy_tables))
            or bool_or(not f.nft_installed and f.iptables_nft_tables <> '{}') then 3
          when bool_or(t.base is null) then 6
          when bool_or(not t.opened) then 5
          else 4
        end as level
      from through t
      join firewall_state f on f.system = t.system
      group by t.system, t.protocol, t.address, t.port, t.ip
    ),
    exposure as (
      -- The worst way in. The proxy of Docker listens for containers whose packets never see the input chain.
      select l.system, l.protocol, l.address, l.port, l.reach, min(l.process) as process,
        l.protocol || ' ' || case when l.address like '%:%' then '[' || l.address || ']' else l.address end || ':' || l.port
          as resource,
        case
          when l.reach = 'loopback' then 'loopback_only'
          when bool_or(l.process like '%docker-proxy%') then 'around_firewall'
          when max(w.level) filter (where w.level > 3) is not null then
            (array['open_to_all', 'default_accept', 'no_firewall'])[max(w.level) - 3]
          else (array['kept_out', 'limited_sources', 'unknown'])[max(w.level)]
        end as reason
      from listening l
      join way w on w.system = l.system and w.protocol = l.protocol and w.address = l.address and w.port = l.port
      group by l.system, l.protocol, l.address, l.port, l.reach
    )`
