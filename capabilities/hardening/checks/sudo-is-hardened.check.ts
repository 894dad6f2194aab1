import { defineCheck } from '../../../kernel/check/check.ts'

export const sudoIsHardened = defineCheck({
  id: 'hardening.sudo-is-hardened',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'sudo protokolliert, fragt nach und trennt seine Programme vom Terminal',
    en: 'sudo logs, asks, and separates its programs from the terminal',
  },
  population: { de: 'Voreinstellungen von sudo', en: 'defaults of sudo' },
  remedy: {
    de: 'Mit visudo: „Defaults use_pty“ und „Defaults logfile=/var/log/sudo.log“ ergänzen; die Zeile {places} streichen, wo eine genannt ist.',
    en: 'With visudo: add “Defaults use_pty” and “Defaults logfile=/var/log/sudo.log”; remove the line {places} where one is named.',
  },
  reasons: {
    as_wanted: { de: 'wie verlangt', en: 'as asked for' },
    not_set: { de: 'nirgends eingeschaltet', en: 'switched on nowhere' },
    weakened: { de: 'abgeschwächt in {places}', en: 'weakened in {places}' },
    no_sudo: { de: 'der Host hat kein sudo', en: 'the host has no sudo' },
  },
  reads: ['host_sudo_setting', 'file_permission'],
  dimensions: ['places'],
  freshness: 'PT24H',
  // What each is for, from sudoers(5). A line that weakens counts wherever it stands and for whomever it holds: a later
  // one may undo it today, but nobody means it to be there.
  sql: `
    with wanted (setting) as (
      values
        ('use_pty'),           -- a program left behind cannot type into the terminal of the person
        ('log'),               -- syslog (on by itself) or a log file of its own
        ('env_reset'),         -- the caller's variables do not steer programs of root
        ('authenticate'),      -- whoever uses an unlocked terminal is asked
        ('timestamp_timeout'), -- asked again after 15 minutes at the latest
        ('visiblepw')          -- no typing of passwords where they are shown
    ),
    line as (
      select system, scope, setting, negated, value,
        file || ':' || line || case when scope = '' then '' else ' (' || scope || ')' end as place
      from host_sudo_setting
    ),
    log_file as (
      select distinct system from line where setting = 'logfile' and not negated and scope = ''
    ),
    weak as (
      select l.system, case l.setting when 'syslog' then 'log' else l.setting end as setting,
        array_agg(distinct l.place order by l.place) as places
      from line l
      left join log_file f on f.system = l.system
      where (l.setting in ('use_pty', 'env_reset', 'authenticate') and l.negated)
        or (l.setting = 'visiblepw' and not l.negated)
        or (l.setting = 'syslog' and l.negated and f.system is null)
        or (l.setting = 'timestamp_timeout' and not l.negated
          and not coalesce(l.value ~ '^([0-9]|1[0-4])([.][0-9]+)?$' or l.value ~ '^15([.]0+)?$', false))
      group by 1, 2
    ),
    use_pty as (
      select distinct system from line where setting = 'use_pty' and not negated and scope = ''
    ),
    host as (
      select system, bool_or(sudo) as sudo
      from (
        select system, path = '/etc/sudoers' as sudo from file_permission
        union all
        select system, true from host_sudo_setting
      ) seen_files
      group by system
    )
    select
      h.system,
      w.setting as resource,
      case when k.places is not null or (w.setting = 'use_pty' and p.system is null) then 'alarm' else 'ok' end as status,
      case
        when k.places is not null then 'weakened'
        when w.setting = 'use_pty' and p.system is null then 'not_set'
        else 'as_wanted'
      end as reason,
      k.places
    from host h
    cross join wanted w
    left join weak k on k.system = h.system and k.setting = w.setting
    left join use_pty p on p.system = h.system
    where h.sudo
    union all
    select system, 'sudo', 'skip', 'no_sudo', null
    from host
    where not sudo
  `,
  examples: [
    {
      name: { de: 'Debian 12, wie es installiert wird', en: 'Debian 12 as installed' },
      facts: {
        file_permission: [{ path: '/etc/sudoers', groupName: 'root', mode: '0440' }],
        host_sudo_setting: [{}, { setting: 'env_reset', line: 10 }],
      },
      expect: [
        { resource: 'use_pty', status: 'ok', reason: 'as_wanted' },
        { resource: 'log', status: 'ok', reason: 'as_wanted' },
        { resource: 'env_reset', status: 'ok', reason: 'as_wanted' },
        { resource: 'authenticate', status: 'ok', reason: 'as_wanted' },
        { resource: 'timestamp_timeout', status: 'ok', reason: 'as_wanted' },
        { resource: 'visiblepw', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: { de: 'Nichts eingestellt: es fehlt use_pty', en: 'Nothing is set: use_pty is missing' },
      facts: {
        file_permission: [{ path: '/etc/sudoers', groupName: 'root', mode: '0440' }],
      },
      expect: [
        { resource: 'use_pty', status: 'alarm', reason: 'not_set' },
        { resource: 'log', status: 'ok', reason: 'as_wanted' },
        { resource: 'env_reset', status: 'ok', reason: 'as_wanted' },
        { resource: 'authenticate', status: 'ok', reason: 'as_wanted' },
        { resource: 'timestamp_timeout', status: 'ok', reason: 'as_wanted' },
        { resource: 'visiblepw', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: {
        de: 'Ohne Protokoll, ohne Nachfrage für eine Person, nie wieder gefragt',
        en: 'No log, no question for one person, never asked again',
      },
      facts: {
        file_permission: [{ path: '/etc/sudoers', groupName: 'root', mode: '0440' }],
        host_sudo_setting: [
          {},
          { setting: 'syslog', negated: true },
          { scope: ':ada', setting: 'authenticate', negated: true },
          { setting: 'timestamp_timeout', value: '-1' },
        ],
      },
      expect: [
        { resource: 'use_pty', status: 'ok', reason: 'as_wanted' },
        { resource: 'log', status: 'alarm', reason: 'weakened' },
        { resource: 'env_reset', status: 'ok', reason: 'as_wanted' },
        { resource: 'authenticate', status: 'alarm', reason: 'weakened' },
        { resource: 'timestamp_timeout', status: 'alarm', reason: 'weakened' },
        { resource: 'visiblepw', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: {
        de: 'Ohne syslog, aber mit eigener Protokolldatei',
        en: 'Without syslog, but with a log file of its own',
      },
      facts: {
        file_permission: [{ path: '/etc/sudoers', groupName: 'root', mode: '0440' }],
        host_sudo_setting: [
          {},
          { setting: 'syslog', negated: true },
          { setting: 'logfile', value: '/var/log/sudo.log' },
        ],
      },
      expect: [
        { resource: 'use_pty', status: 'ok', reason: 'as_wanted' },
        { resource: 'log', status: 'ok', reason: 'as_wanted' },
        { resource: 'env_reset', status: 'ok', reason: 'as_wanted' },
        { resource: 'authenticate', status: 'ok', reason: 'as_wanted' },
        { resource: 'timestamp_timeout', status: 'ok', reason: 'as_wanted' },
        { resource: 'visiblepw', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: { de: 'Ein Host ohne sudo', en: 'A host without sudo' },
      facts: {
        file_permission: [{}],
      },
      expect: [{ resource: 'sudo', status: 'skip', reason: 'no_sudo' }],
    },
  ],
})
