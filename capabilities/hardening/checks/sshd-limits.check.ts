import { defineCheck } from '../../../kernel/check/check.ts'

export const sshdLimits = defineCheck({
  id: 'hardening.sshd-limits',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Der SSH-Dienst begrenzt Versuche, Wartezeit und Weiterleitungen',
    en: 'The SSH service limits attempts, waiting time and forwarding',
  },
  population: { de: 'Einstellungen des SSH-Diensts', en: 'settings of the SSH service' },
  remedy: {
    de: 'In /etc/ssh/sshd_config.d/10-limits.conf setzen: {keyword} {wanted} – oder die Abweichung im Match-Block streichen. Dann prüfen und neu laden: sshd -t && systemctl reload ssh.',
    en: 'Set in /etc/ssh/sshd_config.d/10-limits.conf: {keyword} {wanted} – or remove the deviation from the Match block. Then check and reload: sshd -t && systemctl reload ssh.',
  },
  reasons: {
    as_wanted: { de: 'wirksam ist {found}', en: '{found} is in effect' },
    differs: { de: 'wirksam ist {found}, verlangt ist {wanted}', en: '{found} is in effect, {wanted} is asked for' },
    forwarding_allowed: {
      de: 'Weiterleitungen sind erlaubt ({found}): sie tragen fremden Verkehr an der Firewall vorbei',
      en: 'forwarding is allowed ({found}): it carries other traffic past the firewall',
    },
    unknown: { de: 'der wirksame Wert ist nicht lesbar', en: 'the effective value could not be read' },
    no_sshd: { de: 'der Host hat keinen SSH-Dienst', en: 'the host has no SSH service' },
  },
  reads: ['sshd_state', 'sshd_setting'],
  dimensions: ['keyword', 'found', 'wanted'],
  freshness: 'PT24H',
  // Wanted: a range for numbers, otherwise the values allowed; the text is what to write. Meaning: sshd_config(5).
  // Values are those in effect ("sshd -T"), for everybody and for each Match block, where a rule is undone unseen.
  sql: `
    with wanted (keyword, lowest, highest, allowed, best) as (
      values
        ('allowtcpforwarding', null::int, null::int, array['no'], 'no'), -- only a jump host needs it: information, no alarm
        ('hostbasedauthentication', null, null, array['no'], 'no'),      -- trust in a machine is trust in nobody
        ('ignorerhosts', null, null, array['yes', 'shosts-only'], 'yes'), -- people do not decide on trusted machines
        ('logingracetime', 1, 60, null, '60'),                           -- 0 waits for ever; open logins use up the slots
        ('loglevel', null, null, array['INFO', 'VERBOSE'], 'VERBOSE'),   -- less hides logins, DEBUG reveals what people do
        ('maxauthtries', 1, 4, null, '4'),                               -- slows down guessing
        ('maxsessions', 0, 10, null, '10'),                              -- one login does not become a hundred shells
        ('maxstartups', null, null, null, '10:30:60'),                   -- unfinished logins are dropped in time
        ('permitemptypasswords', null, null, array['no'], 'no'),
        ('permittunnel', null, null, array['no'], 'no'),                 -- no network behind the firewall's back
        ('permituserenvironment', null, null, array['no'], 'no'),        -- LD_PRELOAD gets around forced commands
        ('strictmodes', null, null, array['yes'], 'yes'),                -- keys that others can write to are no keys
        ('x11forwarding', null, null, array['no'], 'no')                 -- opens the screen of the person to the server
    ),
    installed as (
      select system, bool_or(installed) as installed from sshd_state group by system
    ),
    present as (
      -- For everybody: every wanted keyword, read or not. In a Match block: those that it shows.
      select i.system, w.keyword, '' as matching, w.lowest, w.highest, w.allowed, w.best, v.value
      from installed i
      cross join wanted w
      left join sshd_setting v on v.system = i.system and v.matching = '' and lower(v.keyword) = w.keyword
      where i.installed
      union all
      select i.system, w.keyword, v.matching, w.lowest, w.highest, w.allowed, w.best, v.value
      from installed i
      join sshd_setting v on v.system = i.system and v.matching <> ''
      join wanted w on w.keyword = lower(v.keyword)
      where i.installed
    ),
    compared as (
      select system, keyword, matching, value, best,
        case
          when value is null then null
          when keyword = 'maxstartups' then
            case when value ~ '^[0-9]{1,6}:[0-9]{1,3}:[0-9]{1,6}$' then
              split_part(value, ':', 1)::int between 1 and 10 and split_part(value, ':', 3)::int <= 100
            end
          when allowed is not null then lower(value) = any (select lower(a) from unnest(allowed) a)
          when value ~ '^[0-9]{1,9}$' then value::int between lowest and highest
        end as fits
      from present
    )
    select
      system,
      keyword || case when matching = '' then '' else ' (Match ' || matching || ')' end as resource,
      case
        when fits is null then 'error'
        when fits then 'ok'
        when keyword = 'allowtcpforwarding' then 'info'
        else 'alarm'
      end as status,
      case
        when fits is null then 'unknown'
        when fits then 'as_wanted'
        when keyword = 'allowtcpforwarding' then 'forwarding_allowed'
        else 'differs'
      end as reason,
      keyword,
      value as found,
      best as wanted
    from compared
    union all
    select system, 'sshd', 'skip', 'no_sshd', null, null, null
    from installed
    where not installed
  `,
  examples: [
    {
      name: { de: 'Enger als verlangt', en: 'Tighter than asked for' },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'allowtcpforwarding', value: 'no' },
          { keyword: 'hostbasedauthentication', value: 'no' },
          { keyword: 'ignorerhosts', value: 'yes' },
          { keyword: 'logingracetime', value: '30' },
          { keyword: 'loglevel', value: 'VERBOSE' },
          { keyword: 'maxauthtries', value: '3' },
          { keyword: 'maxsessions', value: '4' },
          { keyword: 'maxstartups', value: '10:30:60' },
          { keyword: 'permitemptypasswords', value: 'no' },
          { keyword: 'permittunnel', value: 'no' },
          { keyword: 'permituserenvironment', value: 'no' },
          { keyword: 'strictmodes', value: 'yes' },
          { keyword: 'x11forwarding', value: 'no' },
        ],
      },
      expect: [
        { resource: 'allowtcpforwarding', status: 'ok', reason: 'as_wanted' },
        { resource: 'hostbasedauthentication', status: 'ok', reason: 'as_wanted' },
        { resource: 'ignorerhosts', status: 'ok', reason: 'as_wanted' },
        { resource: 'logingracetime', status: 'ok', reason: 'as_wanted' },
        { resource: 'loglevel', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxauthtries', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxsessions', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxstartups', status: 'ok', reason: 'as_wanted' },
        { resource: 'permitemptypasswords', status: 'ok', reason: 'as_wanted' },
        { resource: 'permittunnel', status: 'ok', reason: 'as_wanted' },
        { resource: 'permituserenvironment', status: 'ok', reason: 'as_wanted' },
        { resource: 'strictmodes', status: 'ok', reason: 'as_wanted' },
        { resource: 'x11forwarding', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: { de: 'Die Voreinstellung von Debian', en: 'The default of Debian' },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'allowtcpforwarding', value: 'yes' },
          { keyword: 'hostbasedauthentication', value: 'no' },
          { keyword: 'ignorerhosts', value: 'yes' },
          { keyword: 'logingracetime', value: '120' },
          { keyword: 'loglevel', value: 'INFO' },
          { keyword: 'maxauthtries', value: '6' },
          { keyword: 'maxsessions', value: '10' },
          { keyword: 'maxstartups', value: '10:30:100' },
          { keyword: 'permitemptypasswords', value: 'no' },
          { keyword: 'permittunnel', value: 'no' },
          { keyword: 'permituserenvironment', value: 'no' },
          { keyword: 'strictmodes', value: 'yes' },
          { keyword: 'x11forwarding', value: 'yes' },
        ],
      },
      expect: [
        { resource: 'allowtcpforwarding', status: 'info', reason: 'forwarding_allowed' },
        { resource: 'hostbasedauthentication', status: 'ok', reason: 'as_wanted' },
        { resource: 'ignorerhosts', status: 'ok', reason: 'as_wanted' },
        { resource: 'logingracetime', status: 'alarm', reason: 'differs' },
        { resource: 'loglevel', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxauthtries', status: 'alarm', reason: 'differs' },
        { resource: 'maxsessions', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxstartups', status: 'ok', reason: 'as_wanted' },
        { resource: 'permitemptypasswords', status: 'ok', reason: 'as_wanted' },
        { resource: 'permittunnel', status: 'ok', reason: 'as_wanted' },
        { resource: 'permituserenvironment', status: 'ok', reason: 'as_wanted' },
        { resource: 'strictmodes', status: 'ok', reason: 'as_wanted' },
        { resource: 'x11forwarding', status: 'alarm', reason: 'differs' },
      ],
    },
    {
      name: {
        de: 'Ohne Zeitgrenze, ein Wert fehlt, und ein Match-Block weicht ab',
        en: 'No time limit, a value is missing, and a Match block deviates',
      },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'allowtcpforwarding', value: 'no' },
          { keyword: 'hostbasedauthentication', value: 'no' },
          { keyword: 'ignorerhosts', value: 'yes' },
          { keyword: 'logingracetime', value: '0' },
          { keyword: 'loglevel', value: 'VERBOSE' },
          { keyword: 'maxauthtries', value: '3' },
          { keyword: 'maxsessions', value: '4' },
          { keyword: 'maxstartups', value: '10:30:60' },
          { keyword: 'permitemptypasswords', value: 'no' },
          { keyword: 'permittunnel', value: 'no' },
          { keyword: 'permituserenvironment', value: 'no' },
          { keyword: 'x11forwarding', value: 'no' },
          { matching: 'user git', keyword: 'permitemptypasswords', value: 'yes' },
          { matching: 'user git', keyword: 'maxauthtries', value: '2' },
        ],
      },
      expect: [
        { resource: 'allowtcpforwarding', status: 'ok', reason: 'as_wanted' },
        { resource: 'hostbasedauthentication', status: 'ok', reason: 'as_wanted' },
        { resource: 'ignorerhosts', status: 'ok', reason: 'as_wanted' },
        { resource: 'logingracetime', status: 'alarm', reason: 'differs' },
        { resource: 'loglevel', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxauthtries', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxsessions', status: 'ok', reason: 'as_wanted' },
        { resource: 'maxstartups', status: 'ok', reason: 'as_wanted' },
        { resource: 'permitemptypasswords', status: 'ok', reason: 'as_wanted' },
        { resource: 'permittunnel', status: 'ok', reason: 'as_wanted' },
        { resource: 'permituserenvironment', status: 'ok', reason: 'as_wanted' },
        { resource: 'strictmodes', status: 'error', reason: 'unknown' },
        { resource: 'x11forwarding', status: 'ok', reason: 'as_wanted' },
        { resource: 'permitemptypasswords (Match user git)', status: 'alarm', reason: 'differs' },
        { resource: 'maxauthtries (Match user git)', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: { de: 'Ein Host ohne SSH-Dienst', en: 'A host without an SSH service' },
      facts: {
        sshd_state: [{ installed: false, running: false, version: null }],
      },
      expect: [{ resource: 'sshd', status: 'skip', reason: 'no_sshd' }],
    },
  ],
})
