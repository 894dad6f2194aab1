import { defineCheck } from '../../../kernel/check/check.ts'

const PEOPLE = [{ person: 'p-1' }, { person: 'p-2' }]

export const dbSuperusersAreEntitled = defineCheck({
  id: 'access.db-superusers-are-entitled',
  appliesTo: 'postgres',
  severity: 'critical',
  title: {
    de: 'Jeder Datenbank-Superuser hat eine gültige Freigabe',
    en: 'Every database superuser has a valid entitlement',
  },
  population: { de: 'Rollen', en: 'roles' },
  remedy: {
    de: 'Recht entziehen (ALTER ROLE "{resource}" NOSUPERUSER; bei Mitgliedschaft: REVOKE "{via}" FROM "{resource}") oder die Freigabe „database“ von einer anderen Person erteilen und im Register eintragen lassen.',
    en: 'Take the right away (ALTER ROLE "{resource}" NOSUPERUSER; for a membership: REVOKE "{via}" FROM "{resource}") or have another person approve the entitlement “database” and enter it in the register.',
  },
  reasons: {
    entitled: { de: 'freigegeben von {approved_by}', en: 'approved by {approved_by}' },
    not_superuser: { de: 'kein Superuser und kann keiner werden', en: 'no superuser and cannot become one' },
    no_login: {
      de: 'Superuser ohne Anmeldung; zählt bei den Mitgliedern',
      en: 'a superuser that cannot log in; its members are counted instead',
    },
    no_owner: { de: 'Superuser, der niemandem gehört', en: 'a superuser that belongs to nobody' },
    several_owners: { de: 'Superuser, der mehreren gehört', en: 'a superuser that belongs to several' },
    owner_unknown: {
      de: 'Superuser von {owner}, den das Register nicht kennt',
      en: 'a superuser of {owner}, whom the register does not know',
    },
    owner_left: {
      de: 'Superuser von {owner}; diese Person ist ausgeschieden',
      en: 'a superuser of {owner}, who has left',
    },
    nobody_answers: {
      de: 'Superuser des Dienstes {owner}, für den keine aktive Person einsteht',
      en: 'a superuser of the service {owner}, for which no active person answers',
    },
    no_entitlement: { de: 'Superuser ohne Freigabe', en: 'a superuser without an entitlement' },
    entitlement_expired: {
      de: 'Superuser, Freigabe abgelaufen am {until}',
      en: 'a superuser whose entitlement expired on {until}',
    },
    self_approved: {
      de: 'Superuser, der sich selbst freigegeben hat',
      en: 'a superuser who approved the entitlement alone',
    },
    approver_unknown: {
      de: 'Superuser, freigegeben von {approved_by}, den das Register nicht kennt',
      en: 'a superuser approved by {approved_by}, whom the register does not know',
    },
  },
  reads: ['pg_role'],
  fleet: ['account_owner', 'service_account', 'person', 'entitlement'],
  dimensions: ['via', 'owner', 'approved_by', 'until'],
  freshness: 'PT1H',
  // Superuser is not inherited, but every member may SET ROLE to it, so membership counts as much as the attribute.
  // VALID UNTIL takes no right away (it stops passwords alone) and is not looked at.
  sql: `
    with person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active
      from fleet_person group by person
    ),
    service as (select service, min(owner) as owner from fleet_service_account group by service),
    holder as (
      select target_system, account, count(*) as owners, min(owner_kind) as owner_kind, min(owner) as owner
      from fleet_account_owner group by target_system, account
    ),
    membership as (
      select r.system, r.role, string_agg(g.role, ', ' order by g.role) as via
      from pg_role r
      cross join lateral unnest(r.member_of) as m(role)
      join pg_role g on g.system = r.system and g.role = m.role and g.superuser
      group by r.system, r.role
    ),
    account as (
      select r.system, s.name, r.role, r.can_login,
        case when r.superuser then 'superuser' else m.via end as via,
        coalesce(o.owners, a.owners, 0) as owners,
        case when o.account is null then a.owner_kind else o.owner_kind end as owner_kind,
        case when o.account is null then a.owner else o.owner end as owner
      from pg_role r
      join systems s on s.system = r.system
      left join membership m on m.system = r.system and m.role = r.role
      left join holder o on o.target_system = s.name and o.account = r.role
      left join holder a on a.target_system = '*' and a.account = r.role
      where left(r.role, 3) <> 'pg_'
    ),
    judged as (
      select distinct on (c.system, c.role) c.system, c.role, c.via, c.owner, e.approved_by, e.until,
        case
          when c.via is null then 'not_superuser'
          when not c.can_login then 'no_login'
          when c.owners = 0 then 'no_owner'
          when c.owners > 1 then 'several_owners'
          when coalesce(v.service, p.person) is null then 'owner_unknown'
          when v.service is not null and p.active is not true then 'nobody_answers'
          when not p.active then 'owner_left'
          when e.account is null then 'no_entitlement'
          when e.until < (:now)::date then 'entitlement_expired'
          when e.approved_by = p.person then 'self_approved'
          when b.person is null then 'approver_unknown'
          else 'entitled'
        end as reason
      from account c
      left join service v on c.owner_kind = 'service' and v.service = c.owner
      left join person p on p.person = case c.owner_kind when 'service' then v.owner else c.owner end
      cross join lateral (values (c.name), ('*')) as scope(name)
      left join fleet_entitlement e
        on e.target_system = scope.name and e.account = c.role and e.privilege = 'database'
      left join person b on b.person = e.approved_by
      order by c.system, c.role,
        e.account is null, coalesce(e.until < (:now)::date, false), e.approved_by = p.person, b.person is null, e.until desc
    )
    select system, role as resource,
      case when reason in ('entitled', 'not_superuser', 'no_login') then 'ok' else 'alarm' end as status,
      reason, via, owner, approved_by, until::text as until
    from judged
  `,
  examples: [
    {
      name: {
        de: 'eine Freigabe durch eine andere Person genügt, auch für ein Dienstkonto',
        en: 'an approval by another person is enough, for a service account too',
      },
      facts: {
        pg_role: [
          { role: 'ada', superuser: true },
          { role: 'postgres', superuser: true, builtIn: true },
          { role: 'shop' },
          { role: 'pg_monitor', canLogin: false, builtIn: true },
        ],
        person: PEOPLE,
        service_account: [{ service: 'postgres', owner: 'p-1' }],
        account_owner: [{ account: 'ada' }, { account: 'postgres', ownerKind: 'service', owner: 'postgres' }],
        entitlement: [
          { account: 'ada', privilege: 'database', until: null },
          { account: 'postgres', privilege: 'database', until: '2099-01-01' },
        ],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'entitled' },
        { resource: 'postgres', status: 'ok', reason: 'entitled' },
        { resource: 'shop', status: 'ok', reason: 'not_superuser' },
      ],
    },
    {
      name: {
        de: 'wer Mitglied eines Superusers ist, kann einer werden, auch über andere Rollen und mit abgelaufenem Passwort',
        en: 'a member of a superuser can become one, also through other roles and with an expired password',
      },
      facts: {
        pg_role: [
          { role: 'dba', superuser: true, canLogin: false },
          { role: 'oncall', canLogin: false, memberOf: ['dba'] },
          { role: 'ada', memberOf: ['dba', 'oncall'], inherits: false, validUntil: '2020-01-01T00:00:00Z' },
        ],
        person: PEOPLE,
        account_owner: [{ account: 'ada' }],
      },
      expect: [
        { resource: 'dba', status: 'ok', reason: 'no_login' },
        { resource: 'oncall', status: 'ok', reason: 'no_login' },
        { resource: 'ada', status: 'alarm', reason: 'no_entitlement' },
      ],
    },
    {
      name: { de: 'was nicht als Freigabe zählt', en: 'what does not count as an entitlement' },
      facts: {
        pg_role: ['old', 'self', 'stranger', 'other', 'root'].map((role) => ({ role, superuser: true })),
        person: PEOPLE,
        account_owner: ['old', 'self', 'stranger', 'other', 'root'].map((account) => ({ account })),
        entitlement: [
          { account: 'old', privilege: 'database', until: '2020-01-01' },
          { account: 'self', privilege: 'database', approvedBy: 'p-1', until: null },
          { account: 'stranger', privilege: 'database', approvedBy: 'p-9', until: null },
          { account: 'other', privilege: 'database', targetSystem: 'another-cluster', until: null },
          { account: 'root', privilege: 'os', until: null },
        ],
      },
      expect: [
        { resource: 'old', status: 'alarm', reason: 'entitlement_expired' },
        { resource: 'self', status: 'alarm', reason: 'self_approved' },
        { resource: 'stranger', status: 'alarm', reason: 'approver_unknown' },
        { resource: 'other', status: 'alarm', reason: 'no_entitlement' },
        { resource: 'root', status: 'alarm', reason: 'no_entitlement' },
      ],
    },
    {
      name: {
        de: 'eine Freigabe ohne jemanden, der dafür einsteht, zählt nicht',
        en: 'an entitlement without anybody who answers for it does not count',
      },
      facts: {
        pg_role: ['nobody', 'ghost', 'leaver', 'gone', 'robot', 'shared'].map((role) => ({ role, superuser: true })),
        person: [
          ...PEOPLE,
          { person: 'p-3', status: 'left', endsOn: '2020-06-30' },
          { person: 'p-4', status: 'active', endsOn: '2020-06-30' },
        ],
        service_account: [{ service: 'robot', owner: '' }],
        account_owner: [
          { account: 'ghost', owner: 'p-9' },
          { account: 'leaver', owner: 'p-3' },
          { account: 'gone', owner: 'p-4' },
          { account: 'robot', ownerKind: 'service', owner: 'robot' },
          { account: 'shared', owner: 'p-1' },
          { account: 'shared', owner: 'p-2' },
        ],
        entitlement: ['nobody', 'ghost', 'leaver', 'gone', 'robot', 'shared'].map((account) => ({
          account,
          privilege: 'database' as const,
          until: null,
        })),
      },
      expect: [
        { resource: 'nobody', status: 'alarm', reason: 'no_owner' },
        { resource: 'ghost', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'leaver', status: 'alarm', reason: 'owner_left' },
        { resource: 'gone', status: 'alarm', reason: 'owner_left' },
        { resource: 'robot', status: 'alarm', reason: 'nobody_answers' },
        { resource: 'shared', status: 'alarm', reason: 'several_owners' },
      ],
    },
    {
      name: { de: 'von mehreren Freigaben zählt die gültige', en: 'of several entitlements the valid one counts' },
      facts: {
        pg_role: [{ superuser: true }],
        person: PEOPLE,
        account_owner: [{}],
        entitlement: [
          { privilege: 'database', approvedBy: 'p-1', until: null },
          { privilege: 'database', until: '2020-01-01' },
          { privilege: 'database', until: '2099-01-01' },
        ],
      },
      expect: [{ resource: 'ada', status: 'ok', reason: 'entitled' }],
    },
  ],
})
