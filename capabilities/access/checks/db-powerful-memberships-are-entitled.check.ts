import { defineCheck } from '../../../kernel/check/check.ts'

const PEOPLE = [{ person: 'p-1' }, { person: 'p-2' }]

export const dbPowerfulMembershipsAreEntitled = defineCheck({
  id: 'access.db-powerful-memberships-are-entitled',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Wer Mitglied einer mächtigen vordefinierten Rolle ist, hat eine gültige Freigabe',
    en: 'Every member of a powerful predefined role has a valid entitlement',
  },
  population: { de: 'Rollen', en: 'roles' },
  remedy: {
    de: 'Mitgliedschaft beenden (REVOKE "{memberships}" FROM "{resource}") oder die Freigabe „database“ von einer anderen Person erteilen und im Register eintragen lassen.',
    en: 'End the membership (REVOKE "{memberships}" FROM "{resource}") or have another person approve the entitlement “database” and enter it in the register.',
  },
  reasons: {
    entitled: { de: '{memberships}, freigegeben von {approved_by}', en: '{memberships}, approved by {approved_by}' },
    ordinary: { de: 'keine solche Mitgliedschaft', en: 'no such membership' },
    disturbs: { de: 'kann nur stören: {memberships}', en: 'can only disturb: {memberships}' },
    observes: { de: 'darf nur beobachten: {memberships}', en: 'may only observe: {memberships}' },
    superuser: {
      de: 'ist oder wird Superuser; das beurteilt db-superusers-are-entitled',
      en: 'is or becomes superuser; judged by db-superusers-are-entitled',
    },
    no_login: {
      de: '{memberships} ohne Anmeldung; zählt bei den Mitgliedern',
      en: '{memberships} without login; its members are counted instead',
    },
    no_owner: { de: '{memberships}, gehört niemandem', en: '{memberships}, belongs to nobody' },
    several_owners: { de: '{memberships}, gehört mehreren', en: '{memberships}, belongs to several' },
    owner_unknown: {
      de: '{memberships}, gehört {owner}, den das Register nicht kennt',
      en: '{memberships}, belongs to {owner}, whom the register does not know',
    },
    owner_left: { de: '{memberships}; {owner} ist ausgeschieden', en: '{memberships}; {owner} has left' },
    nobody_answers: {
      de: '{memberships}, gehört dem Dienst {owner}, für den keine aktive Person einsteht',
      en: '{memberships}, belongs to the service {owner}, for which no active person answers',
    },
    no_entitlement: { de: '{memberships} ohne Freigabe', en: '{memberships} without an entitlement' },
    entitlement_expired: {
      de: '{memberships}, Freigabe abgelaufen am {until}',
      en: '{memberships}, entitlement expired on {until}',
    },
    self_approved: { de: '{memberships}, selbst freigegeben', en: '{memberships}, approved by the owner alone' },
    approver_unknown: {
      de: '{memberships}, freigegeben von {approved_by}, den das Register nicht kennt',
      en: '{memberships}, approved by {approved_by}, whom the register does not know',
    },
  },
  reads: ['pg_role'],
  fleet: ['account_owner', 'service_account', 'person', 'entitlement'],
  dimensions: ['memberships', 'owner', 'approved_by', 'until'],
  freshness: 'PT1H',
  // Predefined roles: PostgreSQL 18 manual, chapter 21.5. Programs and files of the server lead to superuser.
  sql: `
    with predefined (role, power) as (
      values ('pg_read_all_data', 3), ('pg_write_all_data', 3), ('pg_execute_server_program', 3),
        ('pg_read_server_files', 3), ('pg_write_server_files', 3), ('pg_create_subscription', 3), ('pg_maintain', 3),
        ('pg_signal_backend', 2), ('pg_signal_autovacuum_worker', 2), ('pg_checkpoint', 2),
        ('pg_use_reserved_connections', 2),
        ('pg_monitor', 1), ('pg_read_all_settings', 1), ('pg_read_all_stats', 1), ('pg_stat_scan_tables', 1)
    ),
    person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active
      from fleet_person group by person
    ),
    service as (select service, min(owner) as owner from fleet_service_account group by service),
    holder as (
      select target_system, account, count(*) as owners, min(owner_kind) as owner_kind, min(owner) as owner
      from fleet_account_owner group by target_system, account
    ),
    membership as (
      select r.system, r.role, bool_or(coalesce(g.superuser, false)) as superuser, max(p.power) as power,
        string_agg(p.role, ', ' order by p.power desc, p.role) as memberships
      from pg_role r
      cross join lateral unnest(r.member_of) as m(role)
      left join pg_role g on g.system = r.system and g.role = m.role
      left join predefined p on p.role = m.role
      group by r.system, r.role
    ),
    account as (
      select r.system, s.name, r.role, r.can_login, m.memberships, m.power,
        r.superuser or coalesce(m.superuser, false) as superuser,
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
      select distinct on (c.system, c.role) c.system, c.role, c.memberships, c.owner, e.approved_by, e.until,
        case
          when c.superuser then 'superuser'
          when c.power is null then 'ordinary'
          when c.power = 1 then 'observes'
          when c.power = 2 then 'disturbs'
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
      case
        when reason = 'superuser' then 'skip'
        when reason in ('observes', 'disturbs') then 'info'
        when reason in ('entitled', 'ordinary', 'no_login') then 'ok'
        else 'alarm'
      end as status,
      reason, memberships, owner, approved_by, until::text as until
    from judged
  `,
  examples: [
    {
      name: { de: 'freigegeben, gewöhnlich oder ohne Anmeldung', en: 'entitled, ordinary or without login' },
      facts: {
        pg_role: [
          { role: 'ada', memberOf: ['pg_read_all_data'] },
          { role: 'shop', memberOf: ['shop_owner'] },
          { role: 'shop_owner', canLogin: false },
          { role: 'files', canLogin: false, memberOf: ['pg_read_server_files'] },
          { role: 'pg_monitor', canLogin: false, builtIn: true, memberOf: ['pg_read_all_stats'] },
        ],
        person: PEOPLE,
        account_owner: [{}],
        entitlement: [{ privilege: 'database', until: '2099-01-01' }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'entitled' },
        { resource: 'shop', status: 'ok', reason: 'ordinary' },
        { resource: 'shop_owner', status: 'ok', reason: 'ordinary' },
        { resource: 'files', status: 'ok', reason: 'no_login' },
      ],
    },
    {
      name: {
        de: 'jede mächtige Mitgliedschaft braucht eine Freigabe, auch über eine eigene Rolle',
        en: 'every powerful membership needs an entitlement, through a role of your own too',
      },
      facts: {
        pg_role: [
          { role: 'a', memberOf: ['pg_read_all_data', 'pg_monitor'] },
          { role: 'b', memberOf: ['pg_write_all_data'] },
          { role: 'c', memberOf: ['ops', 'pg_execute_server_program'] },
          { role: 'd', memberOf: ['pg_write_server_files'] },
          { role: 'e', memberOf: ['pg_create_subscription'] },
          { role: 'f', memberOf: ['pg_maintain'] },
        ],
        person: PEOPLE,
        account_owner: ['a', 'b', 'c', 'd', 'e', 'f'].map((account) => ({ account })),
      },
      expect: ['a', 'b', 'c', 'd', 'e', 'f'].map((resource) => ({
        resource,
        status: 'alarm' as const,
        reason: 'no_entitlement',
      })),
    },
    {
      name: {
        de: 'beobachten und stören wird vermerkt, Superuser beurteilt eine andere Prüfung',
        en: 'observing and disturbing is noted, superusers are judged by another check',
      },
      facts: {
        pg_role: [
          { role: 'watch', memberOf: ['pg_monitor', 'pg_read_all_settings'] },
          { role: 'kill', memberOf: ['pg_signal_backend', 'pg_monitor'] },
          { role: 'postgres', superuser: true },
          { role: 'ada', memberOf: ['postgres', 'pg_read_all_data'] },
        ],
      },
      expect: [
        { resource: 'watch', status: 'info', reason: 'observes' },
        { resource: 'kill', status: 'info', reason: 'disturbs' },
        { resource: 'postgres', status: 'skip', reason: 'superuser' },
        { resource: 'ada', status: 'skip', reason: 'superuser' },
      ],
    },
    {
      name: { de: 'was nicht als Freigabe zählt', en: 'what does not count as an entitlement' },
      facts: {
        pg_role: ['old', 'self', 'stranger', 'nobody', 'ghost', 'leaver', 'robot', 'shared'].map((role) => ({
          role,
          memberOf: ['pg_read_all_data'],
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
