import { defineCheck } from '../../../kernel/check/check.ts'

export const noRootSshLogin = defineCheck({
  id: 'access.no-root-ssh-login',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Niemand meldet sich über SSH als root an',
    en: 'Nobody logs in as root by SSH',
  },
  population: { de: 'SSH-Einstellungen', en: 'SSH settings' },
  remedy: {
    de: 'In /etc/ssh/sshd_config „PermitRootLogin no“ setzen (auch in Match-Blöcken), mit sshd -t prüfen, dann systemctl reload ssh.',
    en: 'Set “PermitRootLogin no” in /etc/ssh/sshd_config (in Match blocks too), test with sshd -t, then systemctl reload ssh.',
  },
  reasons: {
    refused: { de: 'PermitRootLogin no', en: 'PermitRootLogin no' },
    with_password: { de: 'root kommt mit Kennwort hinein', en: 'root gets in with a password' },
    with_key: { de: 'root kommt mit Schlüssel hinein', en: 'root gets in with a key' },
    fixed_commands: {
      de: 'root kommt mit Schlüssel hinein, für feste Befehle',
      en: 'root gets in with a key, for fixed commands',
    },
    unknown: { de: 'die Einstellung ist nicht bekannt', en: 'the setting is not known' },
    not_installed: { de: 'kein SSH-Dienst installiert', en: 'no SSH service is installed' },
  },
  reads: ['sshd_state', 'sshd_setting'],
  dimensions: ['value', 'matching'],
  freshness: 'PT6H',
  // "without-password" is the old name of "prohibit-password" (sshd_config(5)).
  sql: `
    with service as (select system, bool_or(installed) as installed from sshd_state group by system),
    judged as (
      select v.system, t.matching, t.value,
        case
          when not v.installed then 'not_installed'
          when t.value = 'no' then 'refused'
          when t.value = 'yes' then 'with_password'
          when t.value in ('prohibit-password', 'without-password') then 'with_key'
          when t.value = 'forced-commands-only' then 'fixed_commands'
          else 'unknown'
        end as reason
      from service v
      left join sshd_setting t on t.system = v.system and t.keyword = 'permitrootlogin' and v.installed
    )
    select system, 'sshd PermitRootLogin' || coalesce(' (' || nullif(matching, '') || ')', '') as resource,
      case reason
        when 'refused' then 'ok'
        when 'fixed_commands' then 'info'
        when 'unknown' then 'error'
        when 'not_installed' then 'skip'
        else 'alarm'
      end as status,
      reason, value, nullif(matching, '') as matching
    from judged
  `,
  examples: [
    {
      name: { de: 'abgewiesen', en: 'refused' },
      facts: { sshd_state: [{}], sshd_setting: [{}] },
      expect: [{ resource: 'sshd PermitRootLogin', status: 'ok', reason: 'refused' }],
    },
    {
      name: {
        de: 'offen, und in einem Match-Block mit Schlüssel',
        en: 'open, and with a key in a Match block',
      },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { value: 'yes' },
          { value: 'without-password', matching: 'address 10.0.0.0/8' },
          { value: 'forced-commands-only', matching: 'user root' },
          { keyword: 'port', value: '22' },
        ],
      },
      expect: [
        { resource: 'sshd PermitRootLogin', status: 'alarm', reason: 'with_password' },
        { resource: 'sshd PermitRootLogin (address 10.0.0.0/8)', status: 'alarm', reason: 'with_key' },
        { resource: 'sshd PermitRootLogin (user root)', status: 'info', reason: 'fixed_commands' },
      ],
    },
    {
      name: { de: 'ohne SSH-Dienst nicht anwendbar', en: 'not applicable without an SSH service' },
      facts: { sshd_state: [{ installed: false, running: false, version: null }] },
      expect: [{ resource: 'sshd PermitRootLogin', status: 'skip', reason: 'not_installed' }],
    },
    {
      name: {
        de: 'installiert, aber die Einstellung fehlt: unbekannt',
        en: 'installed, but the setting is missing: unknown',
      },
      facts: { sshd_state: [{ running: false }], sshd_setting: [{ keyword: 'port', value: '22' }] },
      expect: [{ resource: 'sshd PermitRootLogin', status: 'error', reason: 'unknown' }],
    },
  ],
})
