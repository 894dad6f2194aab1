import { defineCheck } from '../../../kernel/check/check.ts'

export const filePermissions = defineCheck({
  id: 'hardening.file-permissions',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Wichtige Dateien gehören den Richtigen und stehen nicht weiter offen als nötig',
    en: 'Important files belong to the right accounts and are no more open than needed',
  },
  population: { de: 'wichtige Dateien und Ordner', en: 'important files and folders' },
  remedy: {
    de: 'chown {wanted_owner} {resource} && chmod {wanted_mode} {resource}',
    en: 'chown {wanted_owner} {resource} && chmod {wanted_mode} {resource}',
  },
  reasons: {
    tight: { de: 'Rechte {mode}, {owner}:{group_name}', en: 'mode {mode}, {owner}:{group_name}' },
    wrong_owner: { de: 'gehört {owner} statt {wanted_owner}', en: 'belongs to {owner} instead of {wanted_owner}' },
    wrong_group: {
      de: 'die Gruppe {group_name} hat mit {mode} Rechte, die ihr nicht zustehen',
      en: 'the group {group_name} has rights by {mode} that it should not have',
    },
    too_open: {
      de: 'Rechte {mode}, erlaubt sind höchstens {wanted_mode}',
      en: 'mode {mode}, at most {wanted_mode} is allowed',
    },
    not_sticky: {
      de: 'jeder kann die Dateien der anderen löschen (Rechte {mode})',
      en: 'everybody can delete the files of others (mode {mode})',
    },
    dangling: { de: 'ein Verweis, der nirgendwohin führt', en: 'a link that leads nowhere' },
  },
  reads: ['file_permission', 'host_user'],
  dimensions: ['mode', 'owner', 'group_name', 'wanted_mode', 'wanted_owner'],
  freshness: 'PT24H',
  // The mode is the most that is allowed: fewer bits are fine. Groups that may use the group bits are named where those
  // grant more than everybody has. Homes, and what lies in them for SSH, belong to their account or to root.
  sql: `
    with wanted (path, groups, mode, sticky) as (
      values
        ('/etc/passwd', '{root}'::text[], '0644', false),
        ('/etc/passwd-', '{root}', '0644', false),
        ('/etc/group', '{root}', '0644', false),
        ('/etc/group-', '{root}', '0644', false),
        ('/etc/shadow', '{root,shadow}', '0640', false),             -- password hashes
        ('/etc/shadow-', '{root,shadow}', '0640', false),
        ('/etc/gshadow', '{root,shadow}', '0640', false),
        ('/etc/gshadow-', '{root,shadow}', '0640', false),
        ('/etc/sudoers', '{root}', '0640', false),                   -- shows whose account is worth taking
        ('/etc/sudoers.d', '{root}', '0755', false),
        ('/etc/ssh/sshd_config', '{root}', '0644', false),
        ('/etc/ssh/sshd_config.d', '{root}', '0755', false),
        ('/etc/crontab', '{root}', '0644', false),                   -- whoever writes here is root within a minute
        ('/etc/cron.d', '{root}', '0755', false),
        ('/etc/cron.daily', '{root}', '0755', false),
        ('/etc/cron.hourly', '{root}', '0755', false),
        ('/etc/cron.weekly', '{root}', '0755', false),
        ('/etc/cron.monthly', '{root}', '0755', false),
        ('/var/spool/cron/crontabs', '{root,crontab}', '1730', true), -- people write theirs and read no others
        ('/root', '{root}', '0700', false),
        ('/root/.ssh', '{root}', '0700', false),
        ('/root/.ssh/authorized_keys', '{root}', '0644', false),
        ('/boot/grub/grub.cfg', '{root}', '0644', false),
        ('/etc/nftables.conf', '{root}', '0755', false),
        ('/tmp', '{root}', '1777', true),
        ('/var/tmp', '{root}', '1777', true)
    ),
    home as (
      select u.system, u.home || w.suffix as path, array_agg(distinct u.account) as accounts, min(w.mode) as mode
      from host_user u
      cross join (values ('', '0755'), ('/.ssh', '0700'), ('/.ssh/authorized_keys', '0644')) w (suffix, mode)
      group by u.system, u.home || w.suffix
    ),
    found as (
      -- Anything else that is looked at: root's, and nobody else writes there.
      select f.system, f.path, f.owner, f.group_name, f.mode, f.kind,
        case when w.path is null then coalesce(h.accounts, '{}') else '{}' end || array['root'] as owners,
        w.groups,
        coalesce(w.mode, h.mode, '0755') as wanted_mode,
        coalesce(w.sticky, false) as sticky
      from file_permission f
      left join wanted w on w.path = f.path
      left join home h on h.system = f.system and h.path = f.path
    ),
    bits as (
      select *,
        (substr(mode, 1, 1)::int << 9) | (substr(mode, 2, 1)::int << 6) | (substr(mode, 3, 1)::int << 3) | substr(mode, 4, 1)::int
          as have,
        (substr(wanted_mode, 1, 1)::int << 9) | (substr(wanted_mode, 2, 1)::int << 6) | (substr(wanted_mode, 3, 1)::int << 3)
          | substr(wanted_mode, 4, 1)::int as allowed
      from found
    ),
    judged as (
      select *,
        case
          when kind = 'link' then 'dangling'
          when owner <> all (owners) then 'wrong_owner'
          -- On a folder setgid hands down the group and the sticky bit protects: no right is gained by either.
          when have & ~allowed & case when kind = 'folder' then 511 else 4095 end <> 0 then 'too_open'
          when sticky and have & 512 = 0 and have & 18 <> 0 then 'not_sticky'
          when group_name <> all (groups) and ((have >> 3) & 7) & ~(have & 7) <> 0 then 'wrong_group'
          else 'tight'
        end as reason
      from bits
    )
    select
      system,
      path as resource,
      case reason when 'tight' then 'ok' when 'dangling' then 'skip' else 'alarm' end as status,
      reason,
      mode,
      owner,
      group_name,
      wanted_mode,
      owners[1] as wanted_owner
    from judged
  `,
  examples: [
    {
      name: {
        de: 'Rechte, wie Debian sie setzt, und ein privates Home',
        en: 'Permissions as Debian sets them, and a private home',
      },
      facts: {
        host_user: [{}],
        file_permission: [
          {},
          { path: '/etc/passwd', groupName: 'root', mode: '0644' },
          { path: '/etc/sudoers', groupName: 'root', mode: '0440' },
          { path: '/var/spool/cron/crontabs', groupName: 'crontab', mode: '1730', kind: 'folder' },
          { path: '/tmp', groupName: 'root', mode: '1777', kind: 'folder' },
          { path: '/home/ada', owner: 'ada', groupName: 'ada', mode: '0700', kind: 'folder' },
          { path: '/home/ada/.ssh/authorized_keys', owner: 'ada', groupName: 'ada', mode: '0600' },
        ],
      },
      expect: [
        { resource: '/etc/shadow', status: 'ok', reason: 'tight' },
        { resource: '/etc/passwd', status: 'ok', reason: 'tight' },
        { resource: '/etc/sudoers', status: 'ok', reason: 'tight' },
        { resource: '/var/spool/cron/crontabs', status: 'ok', reason: 'tight' },
        { resource: '/tmp', status: 'ok', reason: 'tight' },
        { resource: '/home/ada', status: 'ok', reason: 'tight' },
        { resource: '/home/ada/.ssh/authorized_keys', status: 'ok', reason: 'tight' },
      ],
    },
    {
      name: {
        de: 'Jeder liest die Kennwort-Hashes, eine Gruppe schreibt Zeitaufträge',
        en: 'Everybody reads the password hashes, a group writes scheduled jobs',
      },
      facts: {
        host_user: [{}],
        file_permission: [
          { mode: '0644' },
          { path: '/etc/cron.d', groupName: 'staff', mode: '0775', kind: 'folder' },
          { path: '/etc/gshadow', groupName: 'users', mode: '0640' },
        ],
      },
      expect: [
        { resource: '/etc/shadow', status: 'alarm', reason: 'too_open' },
        { resource: '/etc/cron.d', status: 'alarm', reason: 'too_open' },
        { resource: '/etc/gshadow', status: 'alarm', reason: 'wrong_group' },
      ],
    },
    {
      name: {
        de: 'Fremde Eigentümer, und /tmp ohne Schutz der Dateien',
        en: 'Foreign owners, and /tmp without protection of files',
      },
      facts: {
        host_user: [{}, { account: 'ben', uid: 1001, home: '/home/ben' }],
        file_permission: [
          { path: '/etc/crontab', owner: 'ada', groupName: 'root', mode: '0644' },
          { path: '/home/ben', owner: 'ada', groupName: 'ben', mode: '0755', kind: 'folder' },
          { path: '/home/ada/.ssh', owner: 'ada', groupName: 'ada', mode: '0750', kind: 'folder' },
          { path: '/tmp', groupName: 'root', mode: '0777', kind: 'folder' },
        ],
      },
      expect: [
        { resource: '/etc/crontab', status: 'alarm', reason: 'wrong_owner' },
        { resource: '/home/ben', status: 'alarm', reason: 'wrong_owner' },
        { resource: '/home/ada/.ssh', status: 'alarm', reason: 'too_open' },
        { resource: '/tmp', status: 'alarm', reason: 'not_sticky' },
      ],
    },
    {
      name: {
        de: 'Setgid auf einem Home ist kein fremdes Recht; ein Verweis ins Leere hat keine',
        en: 'Setgid on a home is no foreign right; a link to nowhere has none',
      },
      facts: {
        host_user: [{}],
        file_permission: [
          { path: '/home/ada', owner: 'ada', groupName: 'ada', mode: '2755', kind: 'folder' },
          { path: '/etc/nftables.conf', groupName: 'root', mode: '0777', kind: 'link' },
        ],
      },
      expect: [
        { resource: '/home/ada', status: 'ok', reason: 'tight' },
        { resource: '/etc/nftables.conf', status: 'skip', reason: 'dangling' },
      ],
    },
  ],
})
