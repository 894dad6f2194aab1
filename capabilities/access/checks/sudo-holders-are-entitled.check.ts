import { defineCheck } from '../../../kernel/check/check.ts'

const REGISTER = {
  person: [{}, { person: 'p-2' }, { person: 'p-3', status: 'left' as const }],
  account_owner: [{}],
  entitlement: [{}],
}

export const sudoHoldersAreEntitled = defineCheck({
  id: 'access.sudo-holders-are-entitled',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Wer über sudo root werden kann, hat dafür eine gültige Freigabe',
    en: 'Everybody who can become root through sudo has a valid entitlement',
  },
  population: { de: 'Konten mit sudo-Rechten', en: 'accounts with sudo rights' },
  remedy: {
    de: 'Das Recht entziehen (Regel in {rules} mit visudo löschen oder gpasswd -d {resource} sudo) oder die Freigabe „os“ von einer anderen Person erteilen und im Register eintragen lassen.',
    en: 'Take the right away (remove the rule in {rules} with visudo, or gpasswd -d {resource} sudo) or have another person approve the entitlement “os” and enter it in the register.',
  },
  reasons: {
    entitled: { de: 'freigegeben von {approved_by}', en: 'approved by {approved_by}' },
    root_itself: { de: 'root selbst', en: 'root itself' },
    narrow: {
      de: 'nur einzelne Befehle, mit denen niemand root wird',
      en: 'single commands alone, with which nobody becomes root',
    },
    nobody: { de: 'die Regel trifft niemanden', en: 'the rule fits nobody' },
    absent: { de: '{subject} gibt es auf diesem Host nicht', en: '{subject} does not exist on this host' },
    everyone: { de: 'jedes Konto kann root werden', en: 'every account can become root' },
    unknown_members: {
      de: 'wen {subject} umfasst, steht nicht auf diesem Host',
      en: 'whom {subject} comprises is not kept on this host',
    },
    no_owner: {
      de: 'kann root werden, gehört aber niemandem im Register',
      en: 'can become root but belongs to nobody in the register',
    },
    several_owners: {
      de: 'kann root werden, gehört aber mehreren zugleich',
      en: 'can become root but belongs to several at once',
    },
    owner_unknown: {
      de: 'kann root werden, gehört aber {owner}, den das Register nicht kennt',
      en: 'can become root but belongs to {owner}, whom the register does not know',
    },
    owner_left: {
      de: 'kann root werden, die verantwortliche Person ist aber ausgeschieden',
      en: 'can become root but the person who answers for it has left',
    },
    no_entitlement: { de: 'kann root werden, ohne Freigabe', en: 'can become root without an entitlement' },
    entitlement_expired: {
      de: 'kann root werden, die Freigabe ist am {until} abgelaufen',
      en: 'can become root, but the entitlement expired on {until}',
    },
    self_approved: {
      de: 'kann root werden, die Freigabe stammt von derselben Person',
      en: 'can become root, but the entitlement was approved by the same person',
    },
    approver_unknown: {
      de: 'kann root werden, freigegeben von {approved_by}, den das Register nicht kennt',
      en: 'can become root, approved by {approved_by}, whom the register does not know',
    },
  },
  reads: ['host_sudo_rule', 'host_group', 'host_user'],
  fleet: ['account_owner', 'service_account', 'person', 'entitlement'],
  dimensions: ['rules', 'subject', 'owner', 'approved_by', 'until'],
  freshness: 'PT1H',
  // A rule counts where it runs as root and its commands lead to a shell or let files be written: ALL, whole folders,
  // wildcards (they fit spaces and slashes, sudoers(5)), shells, editors, pagers, interpreters, and tools with free
  // arguments. An exclusion ("ALL, !/bin/su") takes nothing back: a copy of the program has another name.
  sql: `
    with
    person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active
      from fleet_person group by person
    ),
    service as (select service, min(owner) as owner from fleet_service_account group by service),
    claim as (
      select target_system, account, count(*) as owners, min(owner_kind) as owner_kind, min(owner) as owner
      from fleet_account_owner group by target_system, account
    ),
    spec as (
      select r.system, r.file || ':' || r.line as place, r.subject_kind, r.subject, r.no_password,
        r.run_as && array['ALL', 'root', '#0'] as as_root,
        array(
          select regexp_replace(c.command, '^sha[0-9]+:[^ ]+ ', '') from unnest(r.commands) as c(command)
          where left(c.command, 1) <> '!'
        ) as commands
      from host_sudo_rule r
    ),
    judged_rule as (
      select s.*, s.as_root and exists (
        select from unnest(s.commands) as c(command) where
        (
          command = 'ALL' or command ~ '[*?[]' or command ~ '^[^ ]*/$' or left(command, 1) = '^'
          or command ~ '/(sh|ash|bash|dash|ksh|zsh|fish|tcsh|csh|su|sudo|env|vi|vim|vim[.].*|nvim|nano|emacs|ed|less|more|man|awk|gawk|mawk|perl|python[0-9.]*|ruby|node|php|lua|gdb|script|screen|tmux|nsenter|unshare|chroot|ssh|visudo|vipw)( |$)'
          or command ~ '(^sudoedit|/(find|xargs|tee|dd|cp|mv|ln|install|sed|chmod|chown|chgrp|tar|zip|rsync|scp|mount|systemctl|service|docker|podman|apt|apt-get|dpkg|pip[0-9]*|npm|passwd|chpasswd|useradd|usermod|adduser|groupadd|gpasswd|crontab|at|git|openssl|tcpdump|strace|kexec|insmod|modprobe|sysctl|setcap|nft))$'
        )
      ) as strong
      from spec s
    ),
    everybody as (
      select system, place, subject as account, 'sudo' as way, strong from judged_rule where subject_kind = 'user'
      union all
      select r.system, r.place, u.account, 'sudo', r.strong
      from judged_rule r join host_user u on r.subject_kind = 'uid' and u.system = r.system and u.uid::text = r.subject
      union all
      select r.system, r.place, m.account, 'sudo', r.strong
      from judged_rule r
      join host_group g on g.system = r.system
        and ((r.subject_kind = 'group' and g.group_name = r.subject) or (r.subject_kind = 'gid' and g.gid::text = r.subject))
      cross join lateral unnest(g.members) as m(account)
    ),
    holder as (
      select system, account, bool_or(strong) as strong, string_agg(distinct place, ', ') as rules
      from everybody group by system, account
    ),
    owned as (
      select h.*, s.name,
        coalesce(o.owners, e.owners, 0) as owners,
        case when o.account is null then e.owner_kind else o.owner_kind end as owner_kind,
        case when o.account is null then e.owner else o.owner end as owner
      from holder h
      join systems s on s.system = h.system
      left join claim o on o.target_system = s.name and o.account = h.account
      left join claim e on e.target_system = '*' and e.account = h.account
    ),
    judged as (
      select distinct on (c.system, c.account) c.*, e.approved_by, e.until,
        case
          when c.account = 'root' then 'root_itself'
          when not c.strong then 'narrow'
          when c.owners = 0 then 'no_owner'
          when c.owners > 1 then 'several_owners'
          when p.person is null then 'owner_unknown'
          when not p.active then 'owner_left'
          when e.account is null then 'no_entitlement'
          when e.until < (:now)::date then 'entitlement_expired'
          when e.approved_by = p.person then 'self_approved'
          when b.person is null then 'approver_unknown'
          else 'entitled'
        end as reason
      from owned c
      left join service v on c.owner_kind = 'service' and v.service = c.owner
      left join person p on p.person = case c.owner_kind when 'service' then v.owner else c.owner end
      cross join lateral (values (c.name), ('*')) as scope(name)
      left join fleet_entitlement e
        on e.target_system = scope.name and e.account = c.account and e.privilege = 'os'
      left join person b on b.person = e.approved_by
      order by c.system, c.account,
        e.account is null, coalesce(e.until < (:now)::date, false), e.approved_by = p.person, b.person is null, e.until desc
    ),
    known as (
      select system, 'group' as kind, group_name as name from host_group
      union all
      select system, 'gid', gid::text from host_group
      union all
      select system, 'uid', uid::text from host_user
    ),
    rest as (
      select r.system, r.place, bool_or(r.strong) as strong, string_agg(distinct r.subject, ', ') as subject,
        bool_or(r.subject_kind = 'everyone') as everyone, bool_or(r.subject_kind = 'netgroup') as netgroup,
        bool_or(r.subject_kind in ('group', 'gid', 'uid') and k.system is null) as absent
      from judged_rule r
      left join everybody m on m.system = r.system and m.place = r.place
      left join known k on k.system = r.system and k.kind = r.subject_kind and k.name = r.subject
      where m.system is null or r.subject_kind in ('everyone', 'netgroup')
      group by r.system, r.place
    )
    select system, account as resource,
      case when reason in ('entitled', 'root_itself', 'narrow') then 'ok' else 'alarm' end as status,
      reason, rules, null::text as subject, owner, approved_by, until::text as until
    from judged
    union all
    select system, 'sudoers:' || place,
      case when strong and everyone then 'alarm' when strong and netgroup then 'error' when strong and absent then 'info' else 'ok' end,
      case
        when strong and everyone then 'everyone'
        when strong and netgroup then 'unknown_members'
        when everyone or netgroup then 'narrow'
        when absent then 'absent'
        else 'nobody'
      end,
      place, subject, null, null, null
    from rest
  `,
  examples: [
    {
      name: {
        de: 'root, eine freigegebene Person über sudo, Regeln ohne Mitglieder',
        en: 'root, an entitled person through sudo, rules without members',
      },
      facts: {
        ...REGISTER,
        host_user: [{}, { account: 'root', uid: 0 }],
        host_group: [{}, { groupName: 'admin', gid: 110, members: [] }],
        host_sudo_rule: [
          { line: 20, subjectKind: 'user', subject: 'root' },
          {},
          { line: 28, subject: 'admin' },
          { line: 29, subject: 'wheel' },
        ],
      },
      expect: [
        { resource: 'root', status: 'ok', reason: 'root_itself' },
        { resource: 'ada', status: 'ok', reason: 'entitled' },
        { resource: 'sudoers:/etc/sudoers:28', status: 'ok', reason: 'nobody' },
        { resource: 'sudoers:/etc/sudoers:29', status: 'info', reason: 'absent' },
      ],
    },
    {
      name: { de: 'was nicht als Freigabe zählt', en: 'what does not count as an entitlement' },
      facts: {
        ...REGISTER,
        account_owner: [
          ...['none', 'old', 'self', 'stranger', 'other', 'database'].map((account) => ({ account })),
          { account: 'gone', owner: 'p-3' },
          { account: 'ghost', owner: 'p-9' },
        ],
        entitlement: [
          { account: 'old', until: '2026-11-22' },
          { account: 'self', approvedBy: 'p-1' },
          { account: 'stranger', approvedBy: 'p-9' },
          { account: 'other', targetSystem: 'another-host' },
          { account: 'database', privilege: 'database' },
          { account: 'gone' },
          { account: 'ghost' },
          { account: 'unowned' },
        ],
        host_sudo_rule: ['none', 'old', 'self', 'stranger', 'other', 'database', 'gone', 'ghost', 'unowned'].map(
          (subject, i) => ({ line: 30 + i, subjectKind: 'user' as const, subject }),
        ),
      },
      expect: [
        ...['none', 'other', 'database'].map((resource) => ({
          resource,
          status: 'alarm' as const,
          reason: 'no_entitlement',
        })),
        { resource: 'old', status: 'alarm', reason: 'entitlement_expired' },
        { resource: 'self', status: 'alarm', reason: 'self_approved' },
        { resource: 'stranger', status: 'alarm', reason: 'approver_unknown' },
        { resource: 'gone', status: 'alarm', reason: 'owner_left' },
        { resource: 'ghost', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'unowned', status: 'alarm', reason: 'no_owner' },
      ],
    },
    {
      name: { de: 'über eine Nummer, für alle, für eine Netzgruppe', en: 'by number, for everybody, for a netgroup' },
      facts: {
        host_user: [{}, { account: 'bob', uid: 1001 }],
        host_group: [{ groupName: 'wheel', gid: 10, members: ['bob'] }],
        host_sudo_rule: [
          { line: 1, subjectKind: 'uid', subject: '1000' },
          { line: 2, subjectKind: 'gid', subject: '10' },
          { line: 3, subjectKind: 'everyone', subject: 'ALL' },
          { line: 4, subjectKind: 'netgroup', subject: 'ops' },
          { line: 5, subjectKind: 'everyone', subject: 'ALL', commands: ['/usr/bin/uptime'] },
        ],
      },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'no_owner' },
        { resource: 'bob', status: 'alarm', reason: 'no_owner' },
        { resource: 'sudoers:/etc/sudoers:3', status: 'alarm', reason: 'everyone' },
        { resource: 'sudoers:/etc/sudoers:4', status: 'error', reason: 'unknown_members' },
        { resource: 'sudoers:/etc/sudoers:5', status: 'ok', reason: 'narrow' },
      ],
    },
    {
      name: {
        de: 'enge Regeln geben root nicht her; Editoren, Platzhalter, Ordner und Ausnahmen schon',
        en: 'narrow rules do not give root away; editors, wildcards, folders and exclusions do',
      },
      facts: {
        host_sudo_rule: [
          { line: 1, subject: 'narrow', commands: ['/usr/bin/systemctl restart nginx', '/usr/bin/uptime'] },
          { line: 2, subject: 'as-app', runAs: ['shop'] },
          { line: 3, subject: 'editor', commands: ['/usr/bin/vim /etc/hosts'] },
          { line: 4, subject: 'wild', commands: ['/usr/bin/cat /var/log/*'] },
          { line: 5, subject: 'folder', commands: ['/opt/tools/'] },
          { line: 6, subject: 'except', commands: ['ALL', '!/usr/bin/su'] },
          { line: 7, subject: 'digest', commands: ['sha256:abcdef /usr/bin/bash'] },
          { line: 8, subject: 'free', commands: ['/usr/bin/systemctl'] },
        ].map((rule) => ({ ...rule, subjectKind: 'user' as const })),
      },
      expect: [
        { resource: 'narrow', status: 'ok', reason: 'narrow' },
        { resource: 'as-app', status: 'ok', reason: 'narrow' },
        ...['editor', 'wild', 'folder', 'except', 'digest', 'free'].map((resource) => ({
          resource,
          status: 'alarm' as const,
          reason: 'no_owner',
        })),
      ],
    },
  ],
})
