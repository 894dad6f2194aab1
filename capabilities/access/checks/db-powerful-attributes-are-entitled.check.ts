import { defineCheck } from '../../../kernel/check/check.ts'

const PEOPLE = [{ person: 'p-1' }, { person: 'p-2' }]

export const dbPowerfulAttributesAreEntitled = defineCheck({
  id: 'access.db-powerful-attributes-are-entitled',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Wer Rollen oder Datenbanken anlegen, replizieren oder Zeilenrechte umgehen darf, hat eine gültige Freigabe',
    en: 'Whoever may create roles or databases, replicate or bypass row security has a valid entitlement',
  },
  population: { de: 'Rollen', en: 'roles' },
  remedy: {
    de: 'Attribut entziehen (ALTER ROLE "{resource}" NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS; bei Mitgliedschaft: REVOKE … FROM "{resource}") oder die Freigabe „database“ von einer anderen Person erteilen und im Register eintragen lassen.',
    en: 'Take the attribute away (ALTER ROLE "{resource}" NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS; for a membership: REVOKE … FROM "{resource}") or have another person approve the entitlement “database” and enter it in the register.',
  },
  reasons: {
    entitled: { de: '{attributes}, freigegeben von {approved_by}', en: '{attributes}, approved by {approved_by}' },
    ordinary: { de: 'keines dieser Attribute', en: 'none of these attributes' },
    superuser: {
      de: 'ist oder wird Superuser; das beurteilt db-superusers-are-entitled',
      en: 'is or becomes superuser; judged by db-superusers-are-entitled',
    },
    no_login: {
      de: '{attributes} ohne Anmeldung; zählt bei den Mitgliedern',
      en: '{attributes} without login; its members are counted instead',
    },
    no_owner: { de: '{attributes}, gehört niemandem', en: '{attributes}, belongs to nobody' },
    several_owners: { de: '{attributes}, gehört mehreren', en: '{attributes}, belongs to several' },
    owner_unknown: {
      de: '{attributes}, gehört {owner}, den das Register nicht kennt',
      en: '{attributes}, belongs to {owner}, whom the register does not know',
    },
    owner_left: { de: '{attributes}; {owner} ist ausgeschieden', en: '{attributes}; {owner} has left' },
    nobody_answers: {
      de: '{attributes}, gehört dem Dienst {owner}, für den keine aktive Person einsteht',
      en: '{attributes}, belongs to the service {owner}, for which no active person answers',
    },
    no_entitlement: { de: '{attributes} ohne Freigabe', en: '{attributes} without an entitlement' },
    entitlement_expired: {
      de: '{attributes}, Freigabe abgelaufen am {until}',
      en: '{attributes}, entitlement expired on {until}',
    },
    self_approved: { de: '{attributes}, selbst freigegeben', en: '{attributes}, approved by the owner alone' },
    approver_unknown: {
      de: '{attributes}, freigegeben von {approved_by}, den das Register nicht kennt',
      en: '{attributes}, approved by {approved_by}, whom the register does not know',
    },
  },
  reads: ['pg_role'],
  fleet: ['account_owner', 'service_account', 'person', 'entitlement'],
  dimensions: ['attributes', 'owner', 'approved_by', 'until'],
  freshness: 'PT1H',
  // Attributes are not inherited, but a member may SET ROLE and then has them.
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
    reach as (
      select system, role, role as as_role from pg_role
      union
      select r.system, r.role, m.role from pg_role r cross join lateral unnest(r.member_of) as m(role)
    ),
    power as (
      select t.system, t.role, bool_or(g.superuser) as superuser,
        nullif(concat_ws(', ',
          case when bool_or(g.create_role) then 'CREATEROLE' end,
          case when bool_or(g.create_db) then 'CREATEDB' end,
          case when bool_or(g.replication) then 'REPLICATION' end,
          case when bool_or(g.bypass_rls) then 'BYPASSRLS' end), '') as attributes
      from reach t
      join pg_role g on g.system = t.system and g.role = t.as_role
      group by t.system, t.role
    ),
    account as (
      select r.system, s.name, r.role, r.can_login, w.superuser, w.attributes,
        coalesce(o.owners, a.owners, 0) as owners,
        case when o.account is null then a.owner_kind else o.owner_kind end as owner_kind,
        case when o.account is null then a.owner else o.owner end as owner
      from pg_role r
      join systems s on s.system = r.system
      join power w on w.system = r.system and w.role = r.role
      left join holder o on o.target_system = s.name and o.account = r.role
      left join holder a on a.target_system = '*' and a.account = r.role
      where left(r.role, 3) <> 'pg_'
    ),
    judged as (
      select distinct on (c.system, c.role) c.system, c.role, c.attributes, c.owner, e.approved_by, e.until,
        case
          when c.superuser then 'superuser'
          when c.attributes is null then 'ordinary'
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
      case when reason = 'superuser' then 'skip' when reason in ('entitled', 'ordinary', 'no_login') then 'ok' else 'alarm' end
        as status,
      reason, attributes, owner, approved_by, until::text as until
    from judged
  `,
  examples: [
    {
      name: { de: 'freigegeben, gewöhnlich oder ohne Anmeldung', en: 'entitled, ordinary or without login' },
      facts: {
        pg_role: [
          { role: 'ada', createRole: true, createDb: true },
          { role: 'shop' },
          { role: 'replicas', canLogin: false, replication: true },
          { role: 'pg_monitor', canLogin: false, builtIn: true },
        ],
        person: PEOPLE,
        account_owner: [{}],
        entitlement: [{ privilege: 'database', until: '2099-01-01' }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'entitled' },
        { resource: 'shop', status: 'ok', reason: 'ordinary' },
        { resource: 'replicas', status: 'ok', reason: 'no_login' },
      ],
    },
    {
      name: {
        de: 'jedes der vier Attribute braucht eine Freigabe, auch über eine Mitgliedschaft',
        en: 'each of the four attributes needs an entitlement, through a membership too',
      },
      facts: {
        pg_role: [
          { role: 'a', createRole: true },
          { role: 'b', createDb: true },
          { role: 'c', replication: true },
          { role: 'd', bypassRls: true },
          { role: 'owners', canLogin: false, createRole: true },
          { role: 'e', memberOf: ['owners'] },
        ],
        person: PEOPLE,
        account_owner: ['a', 'b', 'c', 'd', 'e'].map((account) => ({ account })),
      },
      expect: [
        ...['a', 'b', 'c', 'd', 'e'].map((resource) => ({
          resource,
          status: 'alarm' as const,
          reason: 'no_entitlement',
        })),
        { resource: 'owners', status: 'ok', reason: 'no_login' },
      ],
    },
    {
      name: {
        de: 'Superuser und ihre Mitglieder beurteilt eine andere Prüfung',
        en: 'superusers and their members are judged by another check',
      },
      facts: {
        pg_role: [
          { role: 'postgres', superuser: true, createRole: true },
          { role: 'ada', memberOf: ['postgres'] },
        ],
      },
      expect: [
        { resource: 'postgres', status: 'skip', reason: 'superuser' },
        { resource: 'ada', status: 'skip', reason: 'superuser' },
      ],
    },
    {
      name: { de: 'was nicht als Freigabe zählt', en: 'what does not count as an entitlement' },
      facts: {
        pg_role: ['old', 'self', 'stranger', 'nobody', 'ghost', 'leaver', 'robot', 'shared'].map((role) => ({
          role,
          createRole: true,
        })),
        person: [...PEOPLE, { person: 'p-3', status: 'left' }],
        service_account: [{ service: 'robot', owner: 'p-3' }],
        account_owner: [
          { account: 'old' },
          { account: 'self' },
          { account: 'stranger' },
          { account: 'ghost', owner: 'p-9' },
          { account: 'leaver', owner: 'p-3' },
          { account: 'robot', ownerKind: 'service', owner: 'robot' },
          { account: 'shared', owner: 'p-1' },
          { account: 'shared', owner: 'p-2' },
        ],
        entitlement: [
          { account: 'old', privilege: 'database', until: '2020-01-01' },
          { account: 'self', privilege: 'database', approvedBy: 'p-1' },
          { account: 'stranger', privilege: 'database', approvedBy: 'p-9' },
          { account: 'leaver', privilege: 'database' },
        ],
      },
      expect: [
        { resource: 'old', status: 'alarm', reason: 'entitlement_expired' },
        { resource: 'self', status: 'alarm', reason: 'self_approved' },
        { resource: 'stranger', status: 'alarm', reason: 'approver_unknown' },
        { resource: 'nobody', status: 'alarm', reason: 'no_owner' },
        { resource: 'ghost', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'leaver', status: 'alarm', reason: 'owner_left' },
        { resource: 'robot', status: 'alarm', reason: 'nobody_answers' },
        { resource: 'shared', status: 'alarm', reason: 'several_owners' },
      ],
    },
  ],
})
