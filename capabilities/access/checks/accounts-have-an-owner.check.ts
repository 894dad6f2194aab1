import { defineCheck } from '../../../kernel/check/check.ts'

export const accountsHaveAnOwner = defineCheck({
  id: 'access.accounts-have-an-owner',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Jedes Konto, mit dem sich jemand anmelden kann, gehört genau einer Person oder einem Dienst',
    en: 'Every account that somebody can log in with belongs to exactly one person or service',
  },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'Im Register eintragen, wem „{resource}“ gehört, oder das Konto schließen: usermod -L -e 1 -s /usr/sbin/nologin {resource} und seine authorized_keys löschen.',
    en: 'Enter in the register whose “{resource}” is, or close the account: usermod -L -e 1 -s /usr/sbin/nologin {resource} and remove its authorized_keys.',
  },
  reasons: {
    person: { de: 'gehört {owner}', en: 'belongs to {owner}' },
    service: { de: 'gehört dem Dienst {owner}', en: 'belongs to the service {owner}' },
    no_login: {
      de: 'niemand kann sich damit anmelden: weder Anmelde-Shell noch Kennwort noch Schlüssel',
      en: 'nobody can log in with it: no login shell, no password, no key',
    },
    root_closed: {
      de: 'root, ohne gültiges Kennwort und ohne Schlüssel',
      en: 'root, without a valid password and without keys',
    },
    expired: { de: 'abgelaufen am {expires_on}', en: 'expired on {expires_on}' },
    no_owner: { de: 'gehört niemandem im Register', en: 'belongs to nobody in the register' },
    several_owners: { de: 'gehört mehreren zugleich: {owner}', en: 'belongs to several at once: {owner}' },
    owner_unknown: {
      de: 'gehört {owner}, den das Register nicht kennt',
      en: 'belongs to {owner}, whom the register does not know',
    },
    owner_left: { de: 'gehört {owner}, inzwischen ausgeschieden', en: 'belongs to {owner}, who has left' },
    nobody_answers: {
      de: 'gehört dem Dienst {owner}, für den keine aktive Person einsteht',
      en: 'belongs to the service {owner}, for which no active person answers',
    },
    unknown: { de: 'ob ein Kennwort gilt, ist nicht bekannt', en: 'whether a password is valid is not known' },
  },
  reads: ['host_user', 'host_password', 'ssh_authorized_key'],
  fleet: ['account_owner', 'service_account', 'person'],
  dimensions: ['owner', 'uid', 'shell', 'password', 'keys', 'expires_on'],
  freshness: 'PT6H',
  // A locked password alone closes nothing: keys and certificates still open the account under PAM. Only its expiry
  // does (shadow(5), field 8; pam_unix(8)). A system account counts as soon as anything lets somebody in.
  sql: `
    with person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active
      from fleet_person group by person
    ),
    service as (select service, min(owner) as owner from fleet_service_account group by service),
    holder as (
      select target_system, account, count(*) as owners, min(owner_kind) as owner_kind, min(owner) as owner,
        string_agg(owner, ', ' order by owner) as all_owners
      from fleet_account_owner group by target_system, account
    ),
    account as (
      select system, account, min(uid) as uid, bool_or(login_shell) as login_shell, min(shell) as shell
      from host_user group by system, account
    ),
    password as (
      select system, account, string_agg(distinct state, ', ') as state, bool_or(state in ('set', 'none')) as valid,
        max(expires_on) filter (where expires_on < (:now)::date) as expired_on
      from host_password group by system, account
    ),
    held as (select system, account, count(*) as keys from ssh_authorized_key group by system, account),
    open as (
      select a.system, a.account, a.uid, a.shell, w.state, w.expired_on, coalesce(h.keys, 0) as keys,
        case
          when w.expired_on is not null then 'expired'
          when coalesce(w.valid, false) or h.keys > 0 or (a.login_shell and a.uid <> 0) then 'yes'
          when w.state is null then 'unknown'
          when a.uid = 0 and a.login_shell then 'root_closed'
          else 'no_login'
        end as login
      from account a
      left join password w on w.system = a.system and w.account = a.account
      left join held h on h.system = a.system and h.account = a.account
    ),
    claimed as (
      select n.*, coalesce(o.owners, e.owners, 0) as owners,
        case when o.account is null then e.owner_kind else o.owner_kind end as owner_kind,
        case when o.account is null then e.owner else o.owner end as owner,
        case when o.account is null then e.all_owners else o.all_owners end as all_owners
      from open n
      join systems s on s.system = n.system
      left join holder o on o.target_system = s.name and o.account = n.account
      left join holder e on e.target_system = '*' and e.account = n.account
    ),
    judged as (
      select c.*,
        case
          when c.login <> 'yes' then c.login
          when c.owners = 0 then 'no_owner'
          when c.owners > 1 then 'several_owners'
          when c.owner_kind = 'person' and p.active then 'person'
          when c.owner_kind = 'person' and p.person is not null then 'owner_left'
          when c.owner_kind = 'person' or v.service is null then 'owner_unknown'
          when p.active then 'service'
          else 'nobody_answers'
        end as reason
      from claimed c
      left join service v on c.owner_kind = 'service' and v.service = c.owner
      left join person p on p.person = case c.owner_kind when 'service' then v.owner else c.owner end
    )
    select system, account as resource,
      case
        when reason in ('person', 'service', 'no_login', 'root_closed', 'expired') then 'ok'
        when reason = 'unknown' then 'error'
        else 'alarm'
      end as status,
      reason, all_owners as owner, uid, shell, state as password, keys, expired_on::text as expires_on
    from judged
  `,
  examples: [
    {
      name: {
        de: 'Person, Dienst, Systemkonten ohne Zugang und ein geschlossenes root',
        en: 'a person, a service, system accounts without a way in, and a closed root',
      },
      facts: {
        host_user: [
          { account: 'ada' },
          { account: 'deploy', uid: 1001 },
          { account: 'daemon', uid: 1, shell: '/usr/sbin/nologin', loginShell: false, systemAccount: true },
          { account: 'root', uid: 0 },
        ],
        host_password: [
          { account: 'ada' },
          { account: 'deploy', state: 'disabled', scheme: null },
          { account: 'daemon', state: 'disabled', scheme: null },
          { account: 'root', state: 'locked' },
        ],
        person: [{ person: 'p-1' }],
        service_account: [{ service: 'deploy', owner: 'p-1' }],
        account_owner: [{ account: 'ada' }, { account: 'deploy', ownerKind: 'service', owner: 'deploy' }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'person' },
        { resource: 'deploy', status: 'ok', reason: 'service' },
        { resource: 'daemon', status: 'ok', reason: 'no_login' },
        { resource: 'root', status: 'ok', reason: 'root_closed' },
      ],
    },
    {
      name: { de: 'niemand, Unbekannte, Ausgeschiedene, mehrere', en: 'nobody, strangers, leavers, several' },
      facts: {
        host_user: ['nobodys', 'ghost', 'leaver', 'ended', 'robot', 'orphan', 'shared', 'elsewhere'].map(
          (account, i) => ({ account, uid: 1000 + i }),
        ),
        host_password: [{ account: 'nobodys' }],
        person: [
          { person: 'p-1' },
          { person: 'p-2' },
          { person: 'p-3', status: 'left', endsOn: '2020-06-30' },
          { person: 'p-4', endsOn: '2020-06-30' },
        ],
        service_account: [{ service: 'orphan', owner: 'p-3' }],
        account_owner: [
          { account: 'ghost', owner: 'p-9' },
          { account: 'leaver', owner: 'p-3' },
          { account: 'ended', owner: 'p-4' },
          { account: 'robot', ownerKind: 'service', owner: 'robot' },
          { account: 'orphan', ownerKind: 'service', owner: 'orphan' },
          { account: 'shared', owner: 'p-1' },
          { account: 'shared', owner: 'p-2' },
          { account: 'elsewhere', targetSystem: 'another-host' },
        ],
      },
      expect: [
        { resource: 'nobodys', status: 'alarm', reason: 'no_owner' },
        { resource: 'ghost', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'leaver', status: 'alarm', reason: 'owner_left' },
        { resource: 'ended', status: 'alarm', reason: 'owner_left' },
        { resource: 'robot', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'orphan', status: 'alarm', reason: 'nobody_answers' },
        { resource: 'shared', status: 'alarm', reason: 'several_owners' },
        { resource: 'elsewhere', status: 'alarm', reason: 'no_owner' },
      ],
    },
    {
      name: {
        de: 'ein Kennwort oder Schlüssel macht auch ein Systemkonto und root zum Zugang; ein Ablaufdatum schließt',
        en: 'a password or a key makes a way in of a system account and of root too; an expiry date closes one',
      },
      facts: {
        host_user: [
          { account: 'www-data', uid: 33, shell: '/usr/sbin/nologin', loginShell: false, systemAccount: true },
          { account: 'backup', uid: 34, shell: '/usr/sbin/nologin', loginShell: false, systemAccount: true },
          { account: 'root', uid: 0 },
          { account: 'old', uid: 1001 },
          { account: 'today', uid: 1002 },
          { account: 'unclear', uid: 35, shell: '/usr/sbin/nologin', loginShell: false, systemAccount: true },
        ],
        host_password: [
          { account: 'www-data', state: 'set' },
          { account: 'backup', state: 'disabled', scheme: null },
          { account: 'root', state: 'disabled', scheme: null },
          { account: 'old', expiresOn: '1970-01-02' },
          { account: 'today', state: 'locked', expiresOn: '2026-11-23' },
        ],
        ssh_authorized_key: [{ account: 'backup' }, { account: 'root' }],
      },
      expect: [
        { resource: 'www-data', status: 'alarm', reason: 'no_owner' },
        { resource: 'backup', status: 'alarm', reason: 'no_owner' },
        { resource: 'root', status: 'alarm', reason: 'no_owner' },
        { resource: 'old', status: 'ok', reason: 'expired' },
        { resource: 'today', status: 'alarm', reason: 'no_owner' },
        { resource: 'unclear', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
