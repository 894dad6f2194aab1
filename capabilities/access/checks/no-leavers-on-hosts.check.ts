import { defineCheck } from '../../../kernel/check/check.ts'

const LEFT = { person: 'p-3', status: 'left', endsOn: '2026-06-30' } as const

export const noLeaversOnHosts = defineCheck({
  id: 'access.no-leavers-on-hosts',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Wer ausgeschieden ist, hat auf keinem Host mehr ein Konto oder einen Schlüssel',
    en: 'Nobody who has left has an account or a key on a host any more',
  },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'Konto schließen (usermod -L -e 1 -s /usr/sbin/nologin {resource}; sperren allein genügt nicht), Schlüssel der Person aus den authorized_keys aller Konten löschen, laufende Prozesse beenden (pkill -KILL -u {resource}).',
    en: 'Close the account (usermod -L -e 1 -s /usr/sbin/nologin {resource}; locking alone is not enough), remove the person’s keys from the authorized_keys of every account, end running processes (pkill -KILL -u {resource}).',
  },
  reasons: {
    no_leaver: { de: 'gehört niemandem, der ausgeschieden ist', en: 'belongs to nobody who has left' },
    unclaimed: {
      de: 'gehört niemandem im Register; das beurteilt accounts-have-an-owner',
      en: 'belongs to nobody in the register; judged by accounts-have-an-owner',
    },
    no_register: {
      de: 'das Register kennt keine Person, also auch keine ausgeschiedene',
      en: 'the register knows no person, and so none who has left',
    },
    stranger: {
      de: 'gehört {person}, den das Register nicht kennt: ausgeschieden oder nie eingetragen',
      en: 'belongs to {person}, whom the register does not know: left or never entered',
    },
    closed: {
      de: 'Konto von {person}, abgelaufen am {expires_on}',
      en: 'account of {person}, expired on {expires_on}',
    },
    live: { de: 'Konto von {person}, ausgeschieden, ist offen', en: 'the account of {person}, who has left, is open' },
    only_locked: {
      de: 'Konto von {person}, ausgeschieden: nur das Kennwort ist gesperrt, Schlüssel und Zertifikate gelten weiter',
      en: 'the account of {person}, who has left: only the password is locked, keys and certificates still work',
    },
    keys_left: {
      de: 'Konto von {person}, ausgeschieden: abgelaufen, aber mit hinterlegten Schlüsseln',
      en: 'the account of {person}, who has left: expired, but keys are still kept',
    },
    key_of_leaver: {
      de: 'ein Schlüssel von {person}, ausgeschieden, öffnet dieses Konto',
      en: 'a key of {person}, who has left, opens this account',
    },
  },
  reads: ['host_user', 'host_password', 'ssh_authorized_key'],
  fleet: ['account_owner', 'service_account', 'person', 'enrolled_key'],
  dimensions: ['person', 'password', 'expires_on', 'keys'],
  freshness: 'PT1H',
  // Under PAM a locked password stops passwords alone; the expiry of the account (shadow(5), field 8) stops keys too.
  // The register may know a leaver's account on this host or on all; both count, whoever else is named. Whoever is gone
  // from the register altogether may have left too: that is an error, never ok.
  sql: `
    with leaver as (
      select distinct person from fleet_person where status = 'left' or ends_on < (:now)::date
    ),
    known as (
      select person as owner from fleet_person
      union
      select service from fleet_service_account
    ),
    account as (select distinct system, account from host_user),
    password as (
      select system, account, string_agg(distinct state, ', ') as state, bool_or(state in ('set', 'none')) as valid,
        max(expires_on) filter (where expires_on < (:now)::date) as expired_on
      from host_password group by system, account
    ),
    held as (
      select k.system, k.account, count(distinct k.fingerprint) as keys, string_agg(distinct l.person, ', ') as leavers,
        string_agg(distinct e.owner, ', ') filter (where n.owner is null) as strangers,
        bool_or(n.owner is not null) as enrolled
      from ssh_authorized_key k
      left join fleet_enrolled_key e on e.fingerprint = k.fingerprint
      left join leaver l on l.person = e.owner
      left join known n on n.owner = e.owner
      group by k.system, k.account
    ),
    claim as (
      select o.target_system, o.account, string_agg(distinct l.person, ', ') as people,
        string_agg(distinct o.owner, ', ') filter (where n.owner is null) as strangers
      from fleet_account_owner o
      left join leaver l on o.owner_kind = 'person' and l.person = o.owner
      left join known n on n.owner = o.owner
      group by o.target_system, o.account
    ),
    judged as (
      select a.system, a.account, coalesce(o.people, e.people, h.leavers, o.strangers, e.strangers, h.strangers) as person,
        w.state, w.expired_on, coalesce(h.keys, 0) as keys,
        case
          when coalesce(o.people, e.people, h.leavers) is null then
            case
              when coalesce(o.strangers, e.strangers, h.strangers) is not null then 'stranger'
              when not exists (select from fleet_person) then 'no_register'
              when o.account is null and e.account is null and h.enrolled is not true then 'unclaimed'
              else 'no_leaver'
            end
          when coalesce(o.people, e.people) is null then 'key_of_leaver'
          when w.expired_on is not null and h.keys is null then 'closed'
          when w.expired_on is not null then 'keys_left'
          when not w.valid then 'only_locked'
          else 'live'
        end as reason
      from account a
      join systems s on s.system = a.system
      left join password w on w.system = a.system and w.account = a.account
      left join held h on h.system = a.system and h.account = a.account
      left join claim o on o.target_system = s.name and o.account = a.account
      left join claim e on e.target_system = '*' and e.account = a.account
    )
    select system, account as resource,
      case when reason in ('no_leaver', 'closed') then 'ok' when reason in ('stranger', 'no_register') then 'error'
        when reason = 'unclaimed' then 'skip' else 'alarm' end as status,
      reason, person, state as password, expired_on::text as expires_on, keys
    from judged
  `,
  examples: [
    {
      name: { de: 'ein Konto, das niemandem gehört', en: 'an account that is nobody’s' },
      facts: { host_user: [{}], host_password: [{}], ssh_authorized_key: [{}], person: [{}] },
      expect: [{ resource: 'ada', status: 'skip', reason: 'unclaimed' }],
    },
    {
      name: { de: 'ohne Register ist nichts gewiss', en: 'without a register nothing is certain' },
      facts: { host_user: [{}], host_password: [{}], ssh_authorized_key: [{}] },
      expect: [{ resource: 'ada', status: 'error', reason: 'no_register' }],
    },
    {
      name: { de: 'ein aktives Konto und ein geschlossenes', en: 'an active account and a closed one' },
      facts: {
        host_user: [{}, { account: 'eve', uid: 1003 }],
        host_password: [{}, { account: 'eve', state: 'locked', expiresOn: '1970-01-02' }],
        ssh_authorized_key: [{}],
        person: [{}, LEFT],
        account_owner: [{}, { account: 'eve', owner: 'p-3' }],
        enrolled_key: [{}],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'no_leaver' },
        { resource: 'eve', status: 'ok', reason: 'closed' },
      ],
    },
    {
      name: {
        de: 'offen, nur gesperrt, oder abgelaufen mit Schlüsseln',
        en: 'open, only locked, or expired with keys',
      },
      facts: {
        host_user: ['eve', 'eve-locked', 'eve-keys', 'eve-soon'].map((account, i) => ({ account, uid: 1003 + i })),
        host_password: [
          { account: 'eve' },
          { account: 'eve-locked', state: 'locked' },
          { account: 'eve-keys', state: 'locked', expiresOn: '1970-01-02' },
          { account: 'eve-soon', state: 'locked', expiresOn: '2026-12-01' },
        ],
        ssh_authorized_key: [{ account: 'eve-keys' }],
        person: [LEFT],
        account_owner: ['eve', 'eve-locked', 'eve-keys', 'eve-soon'].map((account) => ({ account, owner: 'p-3' })),
      },
      expect: [
        { resource: 'eve', status: 'alarm', reason: 'live' },
        { resource: 'eve-locked', status: 'alarm', reason: 'only_locked' },
        { resource: 'eve-keys', status: 'alarm', reason: 'keys_left' },
        { resource: 'eve-soon', status: 'alarm', reason: 'only_locked' },
      ],
    },
    {
      name: {
        de: 'ein Schlüssel der Ausgeschiedenen auf einem fremden Konto',
        en: 'a key of a leaver on somebody else’s account',
      },
      facts: {
        host_user: [{ account: 'deploy', uid: 1001 }],
        host_password: [{ account: 'deploy', state: 'disabled', scheme: null }],
        ssh_authorized_key: [{ account: 'deploy', fingerprint: 'SHA256:of-eve' }],
        person: [LEFT],
        service_account: [{ service: 'deploy' }],
        account_owner: [{ account: 'deploy', ownerKind: 'service', owner: 'deploy' }],
        enrolled_key: [{ owner: 'p-3', fingerprint: 'SHA256:of-eve', until: '2026-06-30' }],
      },
      expect: [{ resource: 'deploy', status: 'alarm', reason: 'key_of_leaver' }],
    },
    {
      name: {
        de: 'der letzte Tag zählt noch, der Tag danach nicht mehr',
        en: 'the last day still counts, the day after does not',
      },
      facts: {
        host_user: [{}, { account: 'bob', uid: 1001 }],
        host_password: [{}, { account: 'bob' }],
        person: [{ endsOn: '2026-11-23' }, { person: 'p-2', endsOn: '2026-11-22' }],
        account_owner: [{}, { account: 'bob', owner: 'p-2' }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'no_leaver' },
        { resource: 'bob', status: 'alarm', reason: 'live' },
      ],
    },
    {
      name: {
        de: 'wer aus dem Register verschwunden ist, gilt nicht als geblieben',
        en: 'who has vanished from the register does not count as staying',
      },
      facts: {
        host_user: [{}, { account: 'bob', uid: 1001 }],
        host_password: [{}, { account: 'bob' }],
        ssh_authorized_key: [{ account: 'bob', fingerprint: 'SHA256:of-eve' }],
        person: [{ person: 'p-2' }],
        account_owner: [{ owner: 'p-9' }, { account: 'bob', owner: 'p-2' }],
        enrolled_key: [{ owner: 'p-9', fingerprint: 'SHA256:of-eve' }],
      },
      expect: [
        { resource: 'ada', status: 'error', reason: 'stranger' },
        { resource: 'bob', status: 'error', reason: 'stranger' },
      ],
    },
  ],
})
