import { defineCheck } from '../../../kernel/check/check.ts'

export const sysctlNetwork = defineCheck({
  id: 'hardening.sysctl-network',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Der Netzwerkstapel nimmt nichts an, was einen Server nichts angeht',
    en: "The network stack accepts nothing that is no business of a server's",
  },
  population: { de: 'Kernelparameter', en: 'kernel parameters' },
  remedy: {
    de: 'Sofort: sysctl -w {resource}={wanted}. Dauerhaft: die Zeile {resource} = {wanted} in /etc/sysctl.d/90-hardening.conf, dann sysctl --system.',
    en: 'At once: sysctl -w {resource}={wanted}. For good: the line {resource} = {wanted} in /etc/sysctl.d/90-hardening.conf, then sysctl --system.',
  },
  reasons: {
    as_wanted: { de: 'steht auf {found}', en: 'is {found}' },
    differs: { de: 'steht auf {found} statt auf {wanted}', en: 'is {found} instead of {wanted}' },
    unreadable: { de: 'der Wert „{found}“ ist keine Zahl', en: 'the value “{found}” is no number' },
    router: {
      de: 'steht auf {found}; der Host ist als Netzgerät gekennzeichnet',
      en: 'is {found}; the host is labelled a network device',
    },
    absent: { de: 'diesen Parameter hat der Kernel nicht', en: 'this kernel does not have the parameter' },
  },
  reads: ['sysctl', 'system_label'],
  dimensions: ['found', 'wanted'],
  freshness: 'PT24H',
  // Lowest and highest value allowed, the value to set, and why. Meaning: kernel documentation, networking/ip-sysctl.
  // "all" is not "every interface": for redirects and source routes each interface counts by itself, for rp_filter and
  // log_martians the stricter of both. So "default" must be right too: interfaces are born with it.
  sql: `
    with wanted (name, lowest, highest, best) as (
      values
        ('net.ipv4.ip_forward', 0, 0, 0),                       -- only a router passes on what is not meant for it
        ('net.ipv6.conf.all.forwarding', 0, 0, 0),              -- the same for IPv6
        ('net.ipv4.conf.all.accept_redirects', 0, 0, 0),        -- neighbours do not bend our routes
        ('net.ipv4.conf.default.accept_redirects', 0, 0, 0),    -- nor those of interfaces to come
        ('net.ipv4.conf.all.secure_redirects', 0, 0, 0),        -- not even the gateway does
        ('net.ipv4.conf.default.secure_redirects', 0, 0, 0),
        ('net.ipv4.conf.all.send_redirects', 0, 0, 0),          -- a host that is no router sends none
        ('net.ipv4.conf.default.send_redirects', 0, 0, 0),
        ('net.ipv4.conf.all.accept_source_route', 0, 0, 0),     -- the sender does not choose the way, past our filters
        ('net.ipv4.conf.default.accept_source_route', 0, 0, 0),
        ('net.ipv4.conf.all.rp_filter', 1, 2, 1),               -- no forged senders; 2 (loose) where answers leave another way
        ('net.ipv4.conf.default.rp_filter', 1, 2, 1),
        ('net.ipv4.conf.all.log_martians', 1, 1, 1),            -- impossible senders leave a trace
        ('net.ipv4.conf.default.log_martians', 1, 1, 1),
        ('net.ipv4.icmp_echo_ignore_broadcasts', 1, 1, 1),      -- no amplifier for floods
        ('net.ipv4.icmp_ignore_bogus_error_responses', 1, 1, 1),-- forged errors do not fill the log
        ('net.ipv4.tcp_syncookies', 1, 2, 1),                   -- half-open connections do not fill the queue
        ('net.ipv6.conf.all.accept_redirects', 0, 0, 0),
        ('net.ipv6.conf.default.accept_redirects', 0, 0, 0),
        ('net.ipv6.conf.all.accept_source_route', 0, 0, 0),
        ('net.ipv6.conf.default.accept_source_route', 0, 0, 0)
    ),
    router as (
      select distinct system from system_label where label = 'role' and value = 'network'
    ),
    present as (
      select s.system, w.name, w.lowest, w.highest, w.best, v.value,
        w.name in ('net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding') and r.system is not null as may_forward,
        trim(v.value) ~ '^-?[0-9]{1,18}$' as is_number
      from systems s
      cross join wanted w
      left join sysctl v on v.system = s.system and v.name = w.name
      left join router r on r.system = s.system
      -- A host without a single parameter has not been looked at: then there is no row, not a row of absences.
      where s.system in (select system from sysctl)
    ),
    compared as (
      select *, case when is_number then trim(value)::bigint between lowest and highest end as fits
      from present
    )
    select
      system,
      name as resource,
      case when value is null then 'skip' when not is_number then 'error' when fits or may_forward then 'ok' else 'alarm' end as status,
      case
        when value is null then 'absent'
        when not is_number then 'unreadable'
        when fits then 'as_wanted'
        when may_forward then 'router'
        else 'differs'
      end as reason,
      value as found,
      best as wanted
    from compared
  `,
  examples: [
    {
      name: { de: 'Ein Server, der nichts weiterleitet', en: 'A server that forwards nothing' },
      facts: {
        sysctl: [
          { name: 'net.ipv4.ip_forward', value: '0' },
          { name: 'net.ipv6.conf.all.forwarding', value: '0' },
          { name: 'net.ipv4.conf.all.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.default.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.all.rp_filter', value: '2' },
          { name: 'net.ipv4.conf.default.rp_filter', value: '1' },
          { name: 'net.ipv4.conf.all.log_martians', value: '1' },
          { name: 'net.ipv4.conf.default.log_martians', value: '1' },
          { name: 'net.ipv4.icmp_echo_ignore_broadcasts', value: '1' },
          { name: 'net.ipv4.icmp_ignore_bogus_error_responses', value: '1' },
          { name: 'net.ipv4.tcp_syncookies', value: '1' },
          { name: 'net.ipv6.conf.all.accept_redirects', value: '0' },
          { name: 'net.ipv6.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv6.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv6.conf.default.accept_source_route', value: '0' },
        ],
      },
      expect: [
        { resource: 'net.ipv4.ip_forward', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.forwarding', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.rp_filter', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.rp_filter', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_echo_ignore_broadcasts', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_ignore_bogus_error_responses', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.tcp_syncookies', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: {
        de: 'Umleitungen werden angenommen, und der Host leitet weiter',
        en: 'Redirects are accepted, and the host forwards',
      },
      facts: {
        sysctl: [
          { name: 'net.ipv4.ip_forward', value: '1' },
          { name: 'net.ipv6.conf.all.forwarding', value: '0' },
          { name: 'net.ipv4.conf.all.accept_redirects', value: '1' },
          { name: 'net.ipv4.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.default.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.all.rp_filter', value: '0' },
          { name: 'net.ipv4.conf.default.rp_filter', value: '0' },
          { name: 'net.ipv4.conf.all.log_martians', value: '1' },
          { name: 'net.ipv4.conf.default.log_martians', value: '1' },
          { name: 'net.ipv4.icmp_echo_ignore_broadcasts', value: '1' },
          { name: 'net.ipv4.icmp_ignore_bogus_error_responses', value: '1' },
          { name: 'net.ipv4.tcp_syncookies', value: '1' },
          { name: 'net.ipv6.conf.all.accept_redirects', value: '0' },
          { name: 'net.ipv6.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv6.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv6.conf.default.accept_source_route', value: '0' },
        ],
      },
      expect: [
        { resource: 'net.ipv4.ip_forward', status: 'alarm', reason: 'differs' },
        { resource: 'net.ipv6.conf.all.forwarding', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_redirects', status: 'alarm', reason: 'differs' },
        { resource: 'net.ipv4.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.rp_filter', status: 'alarm', reason: 'differs' },
        { resource: 'net.ipv4.conf.default.rp_filter', status: 'alarm', reason: 'differs' },
        { resource: 'net.ipv4.conf.all.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_echo_ignore_broadcasts', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_ignore_bogus_error_responses', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.tcp_syncookies', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: {
        de: 'Ein Netzgerät darf weiterleiten; ohne IPv6 fehlen dessen Parameter',
        en: 'A network device may forward; without IPv6 its parameters are missing',
      },
      facts: {
        system_label: [{ label: 'role', value: 'network' }],
        sysctl: [
          { name: 'net.ipv4.ip_forward', value: '1' },
          { name: 'net.ipv4.conf.all.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.default.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.all.rp_filter', value: '1' },
          { name: 'net.ipv4.conf.default.rp_filter', value: '1' },
          { name: 'net.ipv4.conf.all.log_martians', value: '1' },
          { name: 'net.ipv4.conf.default.log_martians', value: '1' },
          { name: 'net.ipv4.icmp_echo_ignore_broadcasts', value: '1' },
          { name: 'net.ipv4.icmp_ignore_bogus_error_responses', value: '1' },
          { name: 'net.ipv4.tcp_syncookies', value: '1' },
        ],
      },
      expect: [
        { resource: 'net.ipv4.ip_forward', status: 'ok', reason: 'router' },
        { resource: 'net.ipv6.conf.all.forwarding', status: 'skip', reason: 'absent' },
        { resource: 'net.ipv4.conf.all.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.rp_filter', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.rp_filter', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_echo_ignore_broadcasts', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_ignore_bogus_error_responses', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.tcp_syncookies', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.accept_redirects', status: 'skip', reason: 'absent' },
        { resource: 'net.ipv6.conf.default.accept_redirects', status: 'skip', reason: 'absent' },
        { resource: 'net.ipv6.conf.all.accept_source_route', status: 'skip', reason: 'absent' },
        { resource: 'net.ipv6.conf.default.accept_source_route', status: 'skip', reason: 'absent' },
      ],
    },
    {
      name: { de: 'Ein Wert, der keine Zahl ist', en: 'A value that is no number' },
      facts: {
        sysctl: [
          { name: 'net.ipv4.ip_forward', value: '0' },
          { name: 'net.ipv6.conf.all.forwarding', value: '0' },
          { name: 'net.ipv4.conf.all.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.secure_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.default.send_redirects', value: '0' },
          { name: 'net.ipv4.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.default.accept_source_route', value: '0' },
          { name: 'net.ipv4.conf.all.rp_filter', value: '1' },
          { name: 'net.ipv4.conf.default.rp_filter', value: '1' },
          { name: 'net.ipv4.conf.all.log_martians', value: '1' },
          { name: 'net.ipv4.conf.default.log_martians', value: '1' },
          { name: 'net.ipv4.icmp_echo_ignore_broadcasts', value: '1' },
          { name: 'net.ipv4.icmp_ignore_bogus_error_responses', value: '1' },
          { name: 'net.ipv4.tcp_syncookies', value: 'an' },
          { name: 'net.ipv6.conf.all.accept_redirects', value: '0' },
          { name: 'net.ipv6.conf.default.accept_redirects', value: '0' },
          { name: 'net.ipv6.conf.all.accept_source_route', value: '0' },
          { name: 'net.ipv6.conf.default.accept_source_route', value: '0' },
        ],
      },
      expect: [
        { resource: 'net.ipv4.ip_forward', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.forwarding', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.secure_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.send_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.rp_filter', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.rp_filter', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.all.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.conf.default.log_martians', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_echo_ignore_broadcasts', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.icmp_ignore_bogus_error_responses', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv4.tcp_syncookies', status: 'error', reason: 'unreadable' },
        { resource: 'net.ipv6.conf.all.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.default.accept_redirects', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.all.accept_source_route', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.ipv6.conf.default.accept_source_route', status: 'ok', reason: 'as_wanted' },
      ],
    },
  ],
})
