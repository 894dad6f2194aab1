import { defineCheck } from '../../../kernel/check/check.ts'

const TLS = { path: '/etc/ssl/private/server.key', purpose: 'tls' as const, mode: '0640', groupName: 'ssl-cert' }
const REGISTER = {
  person: [{}, { person: 'p-2' }],
  account_owner: [{}],
  entitlement: [{ privilege: 'keys' as const }],
}

export const keyHoldersAreEntitled = defineCheck({
  id: 'keys.key-holders-are-entitled',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Wer einen privaten Schlüssel eines Dienstes lesen kann, hat dafür eine gültige Freigabe',
    en: 'Everybody who can read a private key of a service has a valid entitlement',
  },
  population: { de: 'Schlüsseldateien und wer sie liest', en: 'key files and who reads them' },
  remedy: {
    de: 'Das Leserecht entziehen (chgrp root {path}; chmod 600 {path}; oder gpasswd -d {account} {group_name}) oder die Freigabe „keys“ von einer anderen Person erteilen und im Register eintragen lassen.',
    en: 'Take the reading away (chgrp root {path}; chmod 600 {path}; or gpasswd -d {account} {group_name}) or have another person approve the entitlement “keys” and enter it in the register.',
  },
  reasons: {
    entitled: { de: '{account}: freigegeben von {approved_by}', en: '{account}: approved by {approved_by}' },
    root_only: { de: 'nur root liest die Datei', en: 'root alone reads the file' },
    own_key: { de: 'eigener Schlüssel von {account}', en: '{account}’s own key' },
    everyone: { de: 'alle auf diesem Host lesen die Datei', en: 'everybody on this host reads the file' },
    unknown_group: {
      de: 'wer zur Gruppe {group_name} gehört, ist nicht bekannt',
      en: 'who belongs to the group {group_name} is not known',
    },
    no_owner: {
      de: '{account} liest den Schlüssel, gehört aber niemandem im Register',
      en: '{account} reads the key but belongs to nobody in the register',
    },
    several_owners: {
      de: '{account} liest den Schlüssel, gehört aber mehreren zugleich',
      en: '{account} reads the key but belongs to several at once',
    },
    owner_unknown: {
      de: '{account} liest den Schlüssel, gehört aber {owner}, den das Register nicht kennt',
      en: '{account} reads the key but belongs to {owner}, whom the register does not know',
    },
    owner_left: {
      de: '{account} liest den Schlüssel, die verantwortliche Person ist aber ausgeschieden',
      en: '{account} reads the key but the person who answers for it has left',
    },
    no_entitlement: {
      de: '{account} liest den Schlüssel, ohne Freigabe',
      en: '{account} reads the key without an entitlement',
    },
    entitlement_expired: {
      de: '{account} liest den Schlüssel, die Freigabe ist am {until} abgelaufen',
      en: '{account} reads the key, but the entitlement expired on {until}',
    },
    self_approved: {
      de: '{account} liest den Schlüssel, die Freigabe stammt von derselben Person',
      en: '{account} reads the key, but the entitlement was approved by the same person',
    },
    approver_unknown: {
      de: '{account} liest den Schlüssel, freigegeben von {approved_by}, den das Register nicht kennt',
      en: '{account} reads the key, approved by {approved_by}, whom the register does not know',
    },
  },
  reads: ['key_file', 'host_group'],
  fleet: ['account_owner', 'service_account', 'person', 'entitlement'],
  dimensions: ['path', 'account', 'group_name', 'mode', 'owner', 'approved_by', 'until'],
  freshness: 'PT6H',
  // Readers are the owner (who can always give himself the right) and, where the mode says so, the members of the group.
  // root reads everything: who can become root is judged by access.sudo-holders-are-entitled.
  sql: `
    with person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active
      from fleet_person group by person
    ),
    service as (select service, min(owner) as owner from fleet_service_account group by service),
    claim as (
      select target_system, account, count(*) as owners, min(owner_kind) as owner_kind, min(owner) as owner
      from fleet_account_owner group by target_system, account
    ),
    file as (
      select k.system, k.path, k.purpose, k.owner as holder, k.group_name, k.mode,
        substr(k.mode, 3, 1) in ('4', '5', '6', '7') as group_reads,
        right(k.mode, 1) in ('4', '5', '6', '7') as all_read
      from key_file k
    ),
    reader as (
      select system, path, holder as account from file where holder <> 'root' and purpose <> 'ssh-user'
      union
      select f.system, f.path, m.account
      from file f
      join host_group g on f.group_reads and g.system = f.system and g.group_name = f.group_name
      cross join lateral unnest(g.members) as m(account)
      where m.account <> 'root' and not (f.purpose = 'ssh-user' and m.account = f.holder)
    ),
    owned as (
      select r.*, s.name,
        coalesce(o.owners, e.owners, 0) as owners,
        case when o.account is null then e.owner_kind else o.owner_kind end as owner_kind,
        case when o.account is null then e.owner else o.owner end as owner
      from reader r
      join systems s on s.system = r.system
      left join claim o on o.target_system = s.name and o.account = r.account
      left join claim e on e.target_system = '*' and e.account = r.account
    ),
    judged as (
      select distinct on (c.system, c.path, c.account) c.*, e.approved_by, e.until,
        case
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
        on e.target_system = scope.name and e.account = c.account and e.privilege = 'keys'
      left join person b on b.person = e.approved_by
      order by c.system, c.path, c.account,
        e.account is null, coalesce(e.until < (:now)::date, false), e.approved_by = p.person, b.person is null, e.until desc
    ),
    whole as (
      select f.system, f.path, f.holder, f.group_name, f.mode,
        case
          when f.all_read then 'everyone'
          when f.group_reads and f.group_name <> 'root' and g.system is null then 'unknown_group'
          when f.purpose = 'ssh-user' and f.holder <> 'root' then 'own_key'
          when r.system is null then 'root_only'
        end as reason
      from file f
      left join (select distinct system, group_name from host_group) g
        on g.system = f.system and g.group_name = f.group_name
      left join (select distinct system, path from reader) r on r.system = f.system and r.path = f.path
    )
    select j.system, j.path || ' ' || j.account as resource,
      case when j.reason = 'entitled' then 'ok' else 'alarm' end as status,
      j.reason, j.path, j.account, f.group_name, f.mode, j.owner, j.approved_by, j.until::text as until
    from judged j
    join file f on f.system = j.system and f.path = j.path
    union all
    select system, path,
      case reason when 'everyone' then 'alarm' when 'unknown_group' then 'error' else 'ok' end,
      reason, path, case when reason = 'own_key' then holder end, group_name, mode, null, null, null
    from whole where reason is not null
  `,
  examples: [
    {
      name: {
        de: 'nur root, ein eigener Schlüssel, eine freigegebene Gruppe',
        en: 'root alone, one’s own key, an entitled group',
      },
      facts: {
        ...REGISTER,
        key_file: [{}, TLS, { path: '/home/bob/.ssh/id_ed25519', purpose: 'ssh-user', owner: 'bob', groupName: 'bob' }],
        host_group: [{ groupName: 'ssl-cert', gid: 106, members: ['ada', 'root'] }],
      },
      expect: [
        { resource: '/etc/ssh/ssh_host_ed25519_key', status: 'ok', reason: 'root_only' },
        { resource: '/etc/ssl/private/server.key ada', status: 'ok', reason: 'entitled' },
        { resource: '/home/bob/.ssh/id_ed25519', status: 'ok', reason: 'own_key' },
      ],
    },
    {
      name: {
        de: 'Mitglieder einer Gruppe ohne Freigabe, mit abgelaufener, mit einer falschen',
        en: 'members of a group without an entitlement, with an expired one, with a wrong one',
      },
      facts: {
        ...REGISTER,
        account_owner: [{}, { account: 'late' }, { account: 'self' }, { account: 'os' }],
        entitlement: [
          { account: 'late', privilege: 'keys', until: '2026-11-22' },
          { account: 'self', privilege: 'keys', approvedBy: 'p-1' },
          { account: 'os' },
        ],
        key_file: [TLS],
        host_group: [{ groupName: 'ssl-cert', gid: 106, members: ['ada', 'late', 'self', 'os', 'www-data'] }],
      },
      expect: [
        { resource: '/etc/ssl/private/server.key ada', status: 'alarm', reason: 'no_entitlement' },
        { resource: '/etc/ssl/private/server.key late', status: 'alarm', reason: 'entitlement_expired' },
        { resource: '/etc/ssl/private/server.key self', status: 'alarm', reason: 'self_approved' },
        { resource: '/etc/ssl/private/server.key os', status: 'alarm', reason: 'no_entitlement' },
        { resource: '/etc/ssl/private/server.key www-data', status: 'alarm', reason: 'no_owner' },
      ],
    },
    {
      name: {
        de: 'ein Dienst, dem der Schlüssel gehört; eine unbekannte Gruppe; für alle lesbar',
        en: 'a service that owns the key; an unknown group; readable for all',
      },
      facts: {
        ...REGISTER,
        service_account: [{ service: 'shop' }],
        account_owner: [{ account: 'shop', ownerKind: 'service', owner: 'shop' }],
        entitlement: [{ account: 'shop', privilege: 'keys', until: null }],
        key_file: [
          { path: '/srv/shop.key', purpose: 'tls', owner: 'shop', groupName: 'shop' },
          { path: '/srv/group.key', purpose: 'tls', mode: '0640', groupName: '1234' },
          { path: '/srv/all.key', purpose: 'other', mode: '0644' },
        ],
        host_group: [{}],
      },
      expect: [
        { resource: '/srv/shop.key shop', status: 'ok', reason: 'entitled' },
        { resource: '/srv/group.key', status: 'error', reason: 'unknown_group' },
        { resource: '/srv/all.key', status: 'alarm', reason: 'everyone' },
      ],
    },
  ],
})
