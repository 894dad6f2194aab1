import { defineCheck } from '../../../kernel/check/check.ts'

const CLOSED = [
  { keyword: 'passwordauthentication', value: 'no' },
  { keyword: 'kbdinteractiveauthentication', value: 'no' },
  { keyword: 'permitemptypasswords', value: 'no' },
]

export const sshWithoutPasswords = defineCheck({
  id: 'access.ssh-without-passwords',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Über SSH kommt niemand mit einem Kennwort allein hinein',
    en: 'Nobody gets in by SSH with a password alone',
  },
  population: { de: 'SSH-Einstellungen', en: 'SSH settings' },
  remedy: {
    de: 'In /etc/ssh/sshd_config „{keyword} no“ setzen (auch in Match-Blöcken), mit sshd -t prüfen, dann systemctl reload ssh.',
    en: 'Set “{keyword} no” in /etc/ssh/sshd_config (in Match blocks too), test with sshd -t, then systemctl reload ssh.',
  },
  reasons: {
    off: { de: '{keyword} no', en: '{keyword} no' },
    key_too: {
      de: '{keyword} yes, aber nur zusätzlich zu einem Schlüssel ({methods})',
      en: '{keyword} yes, but only in addition to a key ({methods})',
    },
    on: { de: '{keyword} {value}', en: '{keyword} {value}' },
    unknown: { de: '{keyword} ist nicht bekannt', en: '{keyword} is not known' },
    not_installed: { de: 'kein SSH-Dienst installiert', en: 'no SSH service is installed' },
  },
  reads: ['sshd_state', 'sshd_setting'],
  dimensions: ['keyword', 'value', 'methods', 'matching'],
  freshness: 'PT6H',
  // With UsePAM, KbdInteractiveAuthentication asks for the password as well. AuthenticationMethods helps only if each of
  // its alternatives asks for a key (sshd_config(5)).
  sql: `
    with service as (select system, bool_or(installed) as installed from sshd_state group by system),
    keyword (name, label) as (
      values
        ('passwordauthentication', 'PasswordAuthentication'),
        ('kbdinteractiveauthentication', 'KbdInteractiveAuthentication'),
        ('permitemptypasswords', 'PermitEmptyPasswords')
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
      select v.system, k.label, t.matching, t.value, coalesce(m.methods, d.methods) as methods,
        case
          when t.value = 'no' then 'off'
          when t.value is null then 'unknown'
          when k.name <> 'permitemptypasswords' and coalesce(m.with_key, d.with_key, false) then 'key_too'
          else 'on'
        end as reason
      from service v
      cross join keyword k
      left join sshd_setting t on t.system = v.system and t.keyword = k.name
      left join method m on m.system = t.system and m.matching = t.matching
      left join method d on d.system = t.system and d.matching = ''
      where v.installed
      union all
      select system, 'PasswordAuthentication', null, null, null, 'not_installed' from service where not installed
    )
    select system, 'sshd ' || label || coalesce(' (' || nullif(matching, '') || ')', '') as resource,
      case reason when 'on' then 'alarm' when 'unknown' then 'error' when 'not_installed' then 'skip' else 'ok' end as status,
      reason, label as keyword, value, methods, nullif(matching, '') as matching
    from setting
  `,
  examples: [
    {
      name: { de: 'nur Schlüssel', en: 'keys only' },
      facts: { sshd_state: [{}], sshd_setting: CLOSED },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'ok', reason: 'off' },
        { resource: 'sshd KbdInteractiveAuthentication', status: 'ok', reason: 'off' },
        { resource: 'sshd PermitEmptyPasswords', status: 'ok', reason: 'off' },
      ],
    },
    {
      name: {
        de: 'Kennwörter, über PAM auch durch die Hintertür, und in einem Match-Block',
        en: 'passwords, through PAM by the back door too, and in a Match block',
      },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'passwordauthentication', value: 'no' },
          { keyword: 'passwordauthentication', value: 'yes', matching: 'user git' },
          { keyword: 'kbdinteractiveauthentication', value: 'yes' },
          { keyword: 'permitemptypasswords', value: 'yes' },
          { keyword: 'authenticationmethods', value: 'any' },
        ],
      },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'ok', reason: 'off' },
        { resource: 'sshd PasswordAuthentication (user git)', status: 'alarm', reason: 'on' },
        { resource: 'sshd KbdInteractiveAuthentication', status: 'alarm', reason: 'on' },
        { resource: 'sshd PermitEmptyPasswords', status: 'alarm', reason: 'on' },
      ],
    },
    {
      name: {
        de: 'ein Kennwort zusätzlich zum Schlüssel ist mehr, nicht weniger; wahlweise ist es weniger',
        en: 'a password in addition to the key is more, not less; as a choice it is less',
      },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'passwordauthentication', value: 'yes' },
          { keyword: 'kbdinteractiveauthentication', value: 'yes', matching: 'user git' },
          { keyword: 'permitemptypasswords', value: 'no' },
          { keyword: 'authenticationmethods', value: 'publickey,password publickey,keyboard-interactive' },
          { keyword: 'authenticationmethods', value: 'publickey keyboard-interactive', matching: 'user git' },
        ],
      },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'ok', reason: 'key_too' },
        { resource: 'sshd KbdInteractiveAuthentication (user git)', status: 'alarm', reason: 'on' },
        { resource: 'sshd PermitEmptyPasswords', status: 'ok', reason: 'off' },
      ],
    },
    {
      name: { de: 'fehlende Einstellung: unbekannt', en: 'a missing setting: unknown' },
      facts: { sshd_state: [{}], sshd_setting: CLOSED.slice(0, 2) },
      expect: [
        { resource: 'sshd PasswordAuthentication', status: 'ok', reason: 'off' },
        { resource: 'sshd KbdInteractiveAuthentication', status: 'ok', reason: 'off' },
        { resource: 'sshd PermitEmptyPasswords', status: 'error', reason: 'unknown' },
      ],
    },
    {
      name: { de: 'ohne SSH-Dienst nicht anwendbar', en: 'not applicable without an SSH service' },
      facts: { sshd_state: [{ installed: false, running: false, version: null }] },
      expect: [{ resource: 'sshd PasswordAuthentication', status: 'skip', reason: 'not_installed' }],
    },
  ],
})
