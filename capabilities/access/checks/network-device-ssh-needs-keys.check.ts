import { defineCheck } from '../../../kernel/check/check.ts'

const NETWORK = { system_label: [{ label: 'role', value: 'network' }] }

export const networkDeviceSshNeedsKeys = defineCheck({
  id: 'access.network-device-ssh-needs-keys',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Auf Netzgeräten meldet man sich über SSH nur mit Schlüssel an',
    en: 'On network devices one logs in by SSH with a key only',
  },
  population: { de: 'SSH-Einstellungen', en: 'SSH settings' },
  remedy: {
    de: 'In /etc/ssh/sshd_config „{keyword} no“ setzen und „PubkeyAuthentication yes“ lassen, mit sshd -t prüfen, dann systemctl reload ssh.',
    en: 'Set “{keyword} no” in /etc/ssh/sshd_config and leave “PubkeyAuthentication yes”, test with sshd -t, then systemctl reload ssh.',
  },
  reasons: {
    no_network_device: {
      de: 'kein Netzgerät: leitet nichts weiter und ist nicht als role=network gekennzeichnet',
      en: 'no network device: forwards nothing and is not labelled role=network',
    },
    keys_only: { de: '{keyword} {value}', en: '{keyword} {value}' },
    key_too: {
      de: '{keyword} yes, aber nur zusätzlich zu einem Schlüssel ({methods})',
      en: '{keyword} yes, but only in addition to a key ({methods})',
    },
    password: { de: '{keyword} {value}: ein Kennwort genügt', en: '{keyword} {value}: a password is enough' },
    keys_refused: {
      de: 'Schlüssel werden nicht angenommen, also bleiben nur Kennwörter',
      en: 'keys are not accepted, so passwords are all that is left',
    },
    unknown: { de: '{keyword} ist nicht bekannt', en: '{keyword} is not known' },
    not_installed: { de: 'kein SSH-Dienst installiert', en: 'no SSH service is installed' },
  },
  reads: ['sshd_state', 'sshd_setting', 'system_label', 'sysctl'],
  dimensions: ['keyword', 'value', 'methods', 'matching', 'device'],
  freshness: 'PT6H',
  // What makes a host a network device: see network-device-accounts-have-an-owner.
  sql: `
    with device as (
      select system, string_agg(distinct why, ', ') as why
      from (
        select system, 'role=network' as why from system_label where label = 'role' and value = 'network'
        union all
        select system, name from sysctl
        where name in ('net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding') and value not in ('0', '')
      ) sign
      group by system
    ),
    service as (
      select v.system, d.why, bool_or(v.installed) as installed
      from sshd_state v join device d on d.system = v.system
      group by v.system, d.why
    ),
    keyword (name, label, good) as (
      values
        ('passwordauthentication', 'PasswordAuthentication', 'no'),
        ('kbdinteractiveauthentication', 'KbdInteractiveAuthentication', 'no'),
        ('pubkeyauthentication', 'PubkeyAuthentication', 'yes')
    ),
    method as (
      select system, matching, min(value) as methods,
        bool_and(value <> 'any' and not exists (
          select from unnest(string_to_array(value, ' ')) as a(alternative)
          where alternative <> '' and alternative !~ '(^|,)publickey(,|:|$)'
        )) as with_key
      from sshd_setting where keyword = 'authenticationmethods' group by system, matching
    ),
    setting as (
      select v.system, v.why, k.label, t.matching, t.value, coalesce(m.methods, d.methods) as methods,
        case
          when t.value = k.good then 'keys_only'
          when t.value is null then 'unknown'
          when k.good = 'yes' then 'keys_refused'
          when coalesce(m.with_key, d.with_key, false) then 'key_too'
          else 'password'
        end as reason
      from service v
      cross join keyword k
      left join sshd_setting t on t.system = v.system and t.keyword = k.name
      left join method m on m.system = t.system and m.matching = t.matching
      left join method d on d.system = t.system and d.matching = ''
      where v.installed
      union all
      select system, why, 'PasswordAuthentication', null, null, null, 'not_installed' from service where not installed
    )
    select system, 'sshd ' || label || coalesce(' (' || nullif(matching, '') || ')', '') as resource,
      case reason
        when 'keys_only' then 'ok'
        when 'key_too' then 'ok'
        when 'unknown' then 'error'
        when 'not_installed' then 'skip'
        else 'alarm'
      end as status,
      reason, label as keyword, value, methods, nullif(matching, '') as matching, why as device
    from setting
    union all
    select s.system, 'network', 'skip', 'no_network_device', null, null, null, null, null
    from systems s
    where s.system not in (select system from device)
  `,
  examples: [
    {
      name: { de: 'nur Schlüssel', en: 'keys only' },
      facts: {
        ...NETWORK,
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'passwordauthentication', value: 'no' },
          { keyword: 'kbdinteractiveauthentication', value: 'no' },
          { keyword: 'pubkeyauthentication', value: 'yes' },
        ],
      },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'ok', reason: 'keys_only' },
        { resource: 'sshd KbdInteractiveAuthentication', status: 'ok', reason: 'keys_only' },
        { resource: 'sshd PubkeyAuthentication', status: 'ok', reason: 'keys_only' },
      ],
    },
    {
      name: {
        de: 'ein Router, der Kennwörter nimmt und Schlüssel abweist',
        en: 'a router that takes passwords and refuses keys',
      },
      facts: {
        sysctl: [{ name: 'net.ipv6.conf.all.forwarding', value: '1' }],
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'passwordauthentication', value: 'yes' },
          { keyword: 'pubkeyauthentication', value: 'no' },
          { keyword: 'kbdinteractiveauthentication', value: 'yes', matching: 'user ada' },
          { keyword: 'authenticationmethods', value: 'publickey,keyboard-interactive', matching: 'user ada' },
        ],
      },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'alarm', reason: 'password' },
        { resource: 'sshd PubkeyAuthentication', status: 'alarm', reason: 'keys_refused' },
        { resource: 'sshd KbdInteractiveAuthentication (user ada)', status: 'ok', reason: 'key_too' },
      ],
    },
    {
      name: {
        de: 'Netzgerät mit unbekannter Einstellung',
        en: 'a network device with an unknown setting',
      },
      facts: {
        ...NETWORK,
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'passwordauthentication', value: 'no' },
          { keyword: 'kbdinteractiveauthentication', value: 'no' },
        ],
      },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'ok', reason: 'keys_only' },
        { resource: 'sshd KbdInteractiveAuthentication', status: 'ok', reason: 'keys_only' },
        { resource: 'sshd PubkeyAuthentication', status: 'error', reason: 'unknown' },
      ],
    },
    {
      name: { de: 'Netzgerät ohne SSH-Dienst', en: 'a network device without an SSH service' },
      facts: { ...NETWORK, sshd_state: [{ installed: false, running: false, version: null }] },
      expect: [{ resource: 'sshd PasswordAuthentication', status: 'skip', reason: 'not_installed' }],
    },
    {
      name: { de: 'kein Netzgerät', en: 'no network device' },
      facts: { sysctl: [{}], sshd_state: [{}] },
      expect: [{ resource: 'network', status: 'skip', reason: 'no_network_device' }],
    },
  ],
})
