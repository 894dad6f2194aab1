import { defineCheck } from '../../../kernel/check/check.ts'

const NETWORK = { system_label: [{ label: 'role', value: 'network' }] }

export const networkDeviceAccountsHaveAnOwner = defineCheck({
  id: 'access.network-device-accounts-have-an-owner',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Auf Netzgeräten gehört jedes Konto, mit dem sich jemand anmelden kann, genau einer Person oder einem Dienst',
    en: 'On network devices every account that somebody can log in with belongs to exactly one person or service',
  },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'Im Register eintragen, wem „{resource}“ auf diesem Gerät gehört, oder das Konto schließen: usermod -L -e 1 -s /usr/sbin/nologin {resource} und seine authorized_keys löschen.',
    en: 'Enter in the register whose “{resource}” on this device is, or close the account: usermod -L -e 1 -s /usr/sbin/nologin {resource} and remove its authorized_keys.',
  },
  reasons: {
    no_network_device: {
      de: 'kein Netzgerät: leitet nichts weiter und ist nicht als role=network gekennzeichnet',
      en: 'no network device: forwards nothing and is not labelled role=network',
    },
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
  reads: ['host_user', 'host_password', 'ssh_authorized_key', 'system_label', 'sysctl'],
  fleet: ['account_owner', 'service_account', 'person'],
  dimensions: ['owner', 'uid', 'shell', 'password', 'keys', 'expires_on', 'device'],
  freshness: 'PT6H',
  // A network device is what forwards packets or is labelled so. What makes an account a way in: see
  // accounts-have-an-owner.
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
    device as (
      select system, string_agg(distinct why, ', ') as why
      from (
        select system, 'role=network' as why from system_label where label = 'role' and value = 'network'
        union all
        select system, name from sysctl
        where name in ('net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding') and value not in ('0', '')
      ) sign
      group by system
    ),
    account as (
      select system, account, min(uid) as uid, bool_or(login_shell) as login_shell, min(shell) as shell
      from host_user where system in (select system from device) group by system, account
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
    select j.system, j.account as resource,
      case
        when j.reason in ('person', 'service', 'no_login', 'root_closed', 'expired') then 'ok'
        when j.reason = 'unknown' then 'error'
        else 'alarm'
      end as status,
      j.reason, j.all_owners as owner, j.uid, j.shell, j.state as password, j.keys, j.expired_on::text as expires_on,
      d.why as device
    from judged j
    join device d on d.system = j.system
    union all
    select s.system, 'network', 'skip', 'no_network_device', null, null, null, null, null, null, null
    from systems s
    where s.system not in (select system from device)
  `,
  examples: [
    {
      name: { de: 'gekennzeichnetes Gerät, Konto mit Person', en: 'a labelled device, an account with a person' },
      facts: {
        ...NETWORK,
        host_user: [
          {},
          { account: 'daemon', uid: 1, shell: '/usr/sbin/nologin', loginShell: false, systemAccount: true },
        ],
        host_password: [{}, { account: 'daemon', state: 'disabled', scheme: null }],
        person: [{}],
        account_owner: [{}],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'person' },
        { resource: 'daemon', status: 'ok', reason: 'no_login' },
      ],
    },
    {
      name: {
        de: 'ein Host, der weiterleitet, ist ein Netzgerät; das gemeinsame Konto admin gehört niemandem',
        en: 'a host that forwards is a network device; the shared account admin belongs to nobody',
      },
      facts: {
        sysctl: [{ value: '1' }],
        host_user: [{ account: 'admin' }, { account: 'eve', uid: 1001 }],
        host_password: [{ account: 'admin' }, { account: 'eve' }],
        person: [{ status: 'left' }],
        account_owner: [{ account: 'eve' }],
      },
      expect: [
        { resource: 'admin', status: 'alarm', reason: 'no_owner' },
        { resource: 'eve', status: 'alarm', reason: 'owner_left' },
      ],
    },
    {
      name: { de: 'ein Host, der kein Netzgerät ist', en: 'a host that is no network device' },
      facts: {
        sysctl: [{}, { name: 'net.ipv6.conf.all.forwarding', value: '0' }],
        system_label: [{ label: 'role', value: 'web' }],
        host_user: [{}],
        host_password: [{}],
      },
      expect: [{ resource: 'network', status: 'skip', reason: 'no_network_device' }],
    },
    {
      name: { de: 'unbekannter Kennwortzustand ist nicht gut', en: 'an unknown state of the password is not fine' },
      facts: {
        ...NETWORK,
        host_user: [{ account: 'operator', loginShell: false, shell: '/bin/false' }],
      },
      expect: [{ resource: 'operator', status: 'error', reason: 'unknown' }],
    },
  ],
})
