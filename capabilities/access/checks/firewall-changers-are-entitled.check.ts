import { defineCheck } from '../../../kernel/check/check.ts'

const REGISTER = {
  person: [{}, { person: 'p-2' }],
  account_owner: [{}],
  entitlement: [{ privilege: 'firewall' as const }],
}

export const firewallChangersAreEntitled = defineCheck({
  id: 'access.firewall-changers-are-entitled',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Wer die Firewall ändern kann, hat dafür eine gültige Freigabe',
    en: 'Everybody who can change the firewall has a valid entitlement',
  },
  population: { de: 'Konten und Prozesse', en: 'accounts and processes' },
  remedy: {
    de: 'Das Recht entziehen (Regel in {rules} mit visudo löschen; einem Programm: setcap -r DATEI) oder die Freigabe „firewall“ von einer anderen Person erteilen und im Register eintragen lassen. Eine Freigabe „os“ genügt nicht.',
    en: 'Take the right away (remove the rule in {rules} with visudo; from a program: setcap -r FILE) or have another person approve the entitlement “firewall” and enter it in the register. An entitlement “os” is not enough.',
  },
  reasons: {
    entitled: { de: 'freigegeben von {approved_by}', en: 'approved by {approved_by}' },
    root_itself: { de: 'root selbst', en: 'root itself' },
    cannot_change: { de: 'sudo-Rechte ohne Zugriff auf die Firewall', en: 'sudo rights without a way to the firewall' },
    nobody: { de: 'die Regel trifft niemanden', en: 'the rule fits nobody' },
    absent: { de: '{subject} gibt es auf diesem Host nicht', en: '{subject} does not exist on this host' },
    everyone: { de: 'jedes Konto kann die Firewall ändern', en: 'every account can change the firewall' },
    unknown_members: {
      de: 'wen {subject} umfasst, steht nicht auf diesem Host',
      en: 'whom {subject} comprises is not kept on this host',
    },
    daemon: { de: 'Systemdienst, der das Netz einrichtet', en: 'a system service that sets up the network' },
    owned_process: { de: 'Prozess von {owner}', en: 'a process of {owner}' },
    unknown_process: {
      de: 'ein Prozess, der niemandem gehört, darf das Netz und die Firewall ändern (cap_net_admin)',
      en: 'a process that belongs to nobody may change the network and the firewall (cap_net_admin)',
    },
    no_owner: {
      de: 'kann die Firewall ändern, gehört aber niemandem im Register',
      en: 'can change the firewall but belongs to nobody in the register',
    },
    several_owners: {
      de: 'kann die Firewall ändern, gehört aber mehreren zugleich',
      en: 'can change the firewall but belongs to several at once',
    },
    owner_unknown: {
      de: 'kann die Firewall ändern, gehört aber {owner}, den das Register nicht kennt',
      en: 'can change the firewall but belongs to {owner}, whom the register does not know',
    },
    owner_left: {
      de: 'kann die Firewall ändern, die verantwortliche Person ist aber ausgeschieden',
      en: 'can change the firewall but the person who answers for it has left',
    },
    no_entitlement: {
      de: 'kann die Firewall ändern, ohne Freigabe',
      en: 'can change the firewall without an entitlement',
    },
    entitlement_expired: {
      de: 'kann die Firewall ändern, die Freigabe ist am {until} abgelaufen',
      en: 'can change the firewall, but the entitlement expired on {until}',
    },
    self_approved: {
      de: 'kann die Firewall ändern, die Freigabe stammt von derselben Person',
      en: 'can change the firewall, but the entitlement was approved by the same person',
    },
    approver_unknown: {
      de: 'kann die Firewall ändern, freigegeben von {approved_by}, den das Register nicht kennt',
      en: 'can change the firewall, approved by {approved_by}, whom the register does not know',
    },
  },
  reads: ['host_sudo_rule', 'host_group', 'host_user', 'privileged_process'],
  fleet: ['account_owner', 'service_account', 'person', 'entitlement'],
  dimensions: ['rules', 'subject', 'owner', 'approved_by', 'until'],
  freshness: 'PT1H',
  // Who has a shell as root has nft. Next to sudo, a process may hold CAP_NET_ADMIN without being root (capabilities(7)).
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
          command = 'ALL' or left(command, 1) = '^' or command ~ '^[^ ]*(/|[*?[][^ ]*)( |$)'
          or command ~ '/(nft|(ip|ip6|arp|eb)tables(-[a-z-]+)?|xtables-[a-z-]+|ipset|ufw|firewall-cmd|shorewall|ferm|netfilter-persistent|conntrack)( |$)'
          or command ~ '/(sh|ash|bash|dash|ksh|zsh|fish|tcsh|csh|su|sudo|env|nsenter|unshare|chroot|perl|python[0-9.]*|ruby|node|vi|vim|nvim|nano|emacs|less|more|man|awk|gawk|mawk)( |$)'
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
          when not c.strong then 'cannot_change'
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
        on e.target_system = scope.name and e.account = c.account and e.privilege = 'firewall'
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
        bool_or(r.subject_kind = 'everyone') as everyone,
        bool_or(r.subject_kind = 'netgroup') as netgroup,
        bool_or(r.subject_kind in ('group', 'gid', 'uid') and k.system is null) as absent
      from judged_rule r
      left join everybody m on m.system = r.system and m.place = r.place
      left join known k on k.system = r.system and k.kind = r.subject_kind and k.name = r.subject
      where m.system is null or r.subject_kind in ('everyone', 'netgroup')
      group by r.system, r.place
    ),
    running as (
      select n.system, n.process, n.account, coalesce(o.owner, e.owner) as owner,
        case
          when n.account in ('systemd-network', 'dnsmasq', 'openvpn', 'frr') then 'daemon'
          when p.active then 'owned_process'
          else 'unknown_process'
        end as reason
      from (select distinct system, process, account from privileged_process where 'cap_net_admin' = any(capabilities)) n
      join systems s on s.system = n.system
      left join claim o on o.target_system = s.name and o.account = n.account
      left join claim e on e.target_system = '*' and e.account = n.account
      left join service v on v.service = coalesce(o.owner, e.owner) and coalesce(o.owner_kind, e.owner_kind) = 'service'
      left join person p
        on p.person = case coalesce(o.owner_kind, e.owner_kind) when 'service' then v.owner else coalesce(o.owner, e.owner) end
    )
    select system, account as resource,
      case when reason in ('entitled', 'root_itself', 'cannot_change') then 'ok' else 'alarm' end as status,
      reason, rules, null::text as subject, owner, approved_by, until::text as until
    from judged
    union all
    select system, 'sudoers:' || place,
      case
        when strong and everyone then 'alarm'
        when strong and netgroup then 'error'
        when strong and absent then 'info'
        else 'ok'
      end,
      case
        when strong and everyone then 'everyone'
        when strong and netgroup then 'unknown_members'
        when everyone or netgroup then 'cannot_change'
        when absent then 'absent'
        else 'nobody'
      end,
      place, subject, null, null, null
    from rest
    union all
    select system, 'process ' || process || ' ' || account,
      case when reason = 'unknown_process' then 'alarm' else 'ok' end, reason, null, null, owner, null, null
    from running
  `,
  examples: [
    {
      name: {
        de: 'freigegeben; root; nur Befehle ohne Bezug; ein Systemdienst',
        en: 'entitled; root; unrelated commands alone; a system service',
      },
      facts: {
        ...REGISTER,
        host_user: [{}],
        host_group: [{}],
        host_sudo_rule: [
          {},
          { line: 20, subjectKind: 'user', subject: 'root' },
          { line: 21, subjectKind: 'user', subject: 'bob', commands: ['/usr/bin/systemctl restart nginx'] },
        ],
        privileged_process: [{}, { process: 'chronyd', account: '_chrony', capabilities: ['cap_sys_time'] }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'entitled' },
        { resource: 'root', status: 'ok', reason: 'root_itself' },
        { resource: 'bob', status: 'ok', reason: 'cannot_change' },
        { resource: 'process networkd systemd-network', status: 'ok', reason: 'daemon' },
      ],
    },
    {
      name: {
        de: 'eine Freigabe für das Betriebssystem ist keine für die Firewall',
        en: 'an entitlement for the operating system is none for the firewall',
      },
      facts: {
        ...REGISTER,
        entitlement: [{}, { account: 'late', privilege: 'firewall', until: '2026-11-22' }],
        account_owner: [{}, { account: 'late' }, { account: 'nft' }],
        host_sudo_rule: [
          { subjectKind: 'user', subject: 'ada' },
          { line: 28, subjectKind: 'user', subject: 'late', commands: ['/usr/sbin/iptables-restore'] },
          { line: 29, subjectKind: 'user', subject: 'nft', commands: ['/usr/sbin/nft list ruleset'] },
          { line: 30, subjectKind: 'user', subject: 'folder', commands: ['/usr/sbin/*'] },
        ],
      },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'no_entitlement' },
        { resource: 'late', status: 'alarm', reason: 'entitlement_expired' },
        { resource: 'nft', status: 'alarm', reason: 'no_entitlement' },
        { resource: 'folder', status: 'alarm', reason: 'no_owner' },
      ],
    },
    {
      name: {
        de: 'Prozesse mit cap_net_admin: eines Dienstes, und eines, den niemand kennt; alle und eine Netzgruppe',
        en: 'processes with cap_net_admin: of a service, and of somebody nobody knows; everybody and a netgroup',
      },
      facts: {
        person: [{}],
        service_account: [{ service: 'vpn' }],
        account_owner: [{ account: 'vpn', ownerKind: 'service', owner: 'vpn' }],
        privileged_process: [
          { process: 'vpnd', account: 'vpn' },
          { process: 'miner', account: 'www-data', capabilities: ['cap_net_admin', 'cap_net_raw'] },
        ],
        host_sudo_rule: [
          { line: 3, subjectKind: 'everyone', subject: 'ALL' },
          { line: 4, subjectKind: 'netgroup', subject: 'ops' },
          { line: 5, subject: 'empty' },
        ],
      },
      expect: [
        { resource: 'process vpnd vpn', status: 'ok', reason: 'owned_process' },
        { resource: 'process miner www-data', status: 'alarm', reason: 'unknown_process' },
        { resource: 'sudoers:/etc/sudoers:3', status: 'alarm', reason: 'everyone' },
        { resource: 'sudoers:/etc/sudoers:4', status: 'error', reason: 'unknown_members' },
        { resource: 'sudoers:/etc/sudoers:5', status: 'info', reason: 'absent' },
      ],
    },
  ],
})
