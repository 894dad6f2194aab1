import { defineCheck } from '../../../kernel/check/check.ts'

export const dbRolesHaveAnOwner = defineCheck({
  id: 'access.db-roles-have-an-owner',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Jede Datenbankrolle, die sich anmelden darf, gehört genau einer Person oder einem Dienst',
    en: 'Every database role that may log in belongs to exactly one person or service',
  },
  population: { de: 'Rollen mit Anmelderecht', en: 'roles that may log in' },
  remedy: {
    de: 'Rolle im Register einer Person oder einem Dienst zuordnen (Konto „{resource}“), oder die Anmeldung sperren: ALTER ROLE "{resource}" NOLOGIN.',
    en: 'Enter in the register whose account “{resource}” is, or lock it: ALTER ROLE "{resource}" NOLOGIN.',
  },
  reasons: {
    person: { de: 'gehört {owner}', en: 'belongs to {owner}' },
    service: { de: 'gehört dem Dienst {owner}', en: 'belongs to the service {owner}' },
    no_owner: { de: 'gehört niemandem im Register', en: 'belongs to nobody in the register' },
    several_owners: { de: 'gehört mehreren zugleich: {owner}', en: 'belongs to several at once: {owner}' },
    owner_unknown: {
      de: 'gehört {owner}, den das Register nicht kennt',
      en: 'belongs to {owner}, whom the register does not know',
    },
    nobody_answers: {
      de: 'gehört dem Dienst {owner}, für den keine aktive Person einsteht',
      en: 'belongs to the service {owner}, for which no active person answers',
    },
  },
  reads: ['pg_role'],
  fleet: ['account_owner', 'service_account', 'person'],
  dimensions: ['owner'],
  freshness: 'PT6H',
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
      select r.system, r.role, coalesce(o.owners, a.owners, 0) as owners,
        case when o.account is null then a.owner_kind else o.owner_kind end as owner_kind,
        case when o.account is null then a.owner else o.owner end as owner,
        case when o.account is null then a.all_owners else o.all_owners end as all_owners
      from pg_role r
      join systems s on s.system = r.system
      left join holder o on o.target_system = s.name and o.account = r.role
      left join holder a on a.target_system = '*' and a.account = r.role
      where r.can_login
    ),
    judged as (
      select c.system, c.role, c.all_owners,
        case
          when c.owners = 0 then 'no_owner'
          when c.owners > 1 then 'several_owners'
          when c.owner_kind = 'person' and p.person is not null then 'person'
          when c.owner_kind = 'person' or v.service is null then 'owner_unknown'
          when p.active then 'service'
          else 'nobody_answers'
        end as reason
      from account c
      left join service v on c.owner_kind = 'service' and v.service = c.owner
      left join person p on p.person = case c.owner_kind when 'service' then v.owner else c.owner end
    )
    select system, role as resource, case when reason in ('person', 'service') then 'ok' else 'alarm' end as status,
      reason, all_owners as owner
    from judged
  `,
  examples: [
    {
      name: {
        de: 'Person oder Dienst; Rollen ohne Anmeldung sind keine Konten',
        en: 'a person or a service; roles without login are no accounts',
      },
      facts: {
        pg_role: [{ role: 'ada' }, { role: 'shop' }, { role: 'readers', canLogin: false }],
        person: [{ person: 'p-1' }],
        service_account: [{ service: 'shop', owner: 'p-1' }],
        account_owner: [{ account: 'ada' }, { account: 'shop', ownerKind: 'service', owner: 'shop' }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'person' },
        { resource: 'shop', status: 'ok', reason: 'service' },
      ],
    },
    {
      name: { de: 'niemand, Unbekannte oder mehrere', en: 'nobody, strangers or several' },
      facts: {
        pg_role: [{ role: 'nobody' }, { role: 'ghost' }, { role: 'robot' }, { role: 'shared' }, { role: 'elsewhere' }],
        person: [{ person: 'p-1' }, { person: 'p-2' }],
        account_owner: [
          { account: 'ghost', owner: 'p-9' },
          { account: 'robot', ownerKind: 'service', owner: 'robot' },
          { account: 'shared', owner: 'p-1' },
          { account: 'shared', owner: 'p-2' },
          { account: 'elsewhere', targetSystem: 'another-cluster' },
        ],
      },
      expect: [
        { resource: 'nobody', status: 'alarm', reason: 'no_owner' },
        { resource: 'ghost', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'robot', status: 'alarm', reason: 'owner_unknown' },
        { resource: 'shared', status: 'alarm', reason: 'several_owners' },
        { resource: 'elsewhere', status: 'alarm', reason: 'no_owner' },
      ],
    },
    {
      name: {
        de: 'ein Dienst, dessen Verantwortliche ausgeschieden ist, gehört niemandem mehr',
        en: 'a service whose responsible person has left is nobody’s any more',
      },
      facts: {
        pg_role: [{ role: 'backup' }, { role: 'shop' }, { role: 'ada' }],
        person: [
          { person: 'p-3', status: 'left', endsOn: '2020-06-30' },
          { person: 'p-4', status: 'active', endsOn: '2020-06-30' },
        ],
        service_account: [
          { service: 'backup', owner: 'p-3' },
          { service: 'shop', owner: 'p-4' },
        ],
        account_owner: [
          { account: 'backup', ownerKind: 'service', owner: 'backup' },
          { account: 'shop', ownerKind: 'service', owner: 'shop' },
          { account: 'ada', owner: 'p-3' },
        ],
      },
      expect: [
        { resource: 'backup', status: 'alarm', reason: 'nobody_answers' },
        { resource: 'shop', status: 'alarm', reason: 'nobody_answers' },
        { resource: 'ada', status: 'ok', reason: 'person' },
      ],
    },
  ],
})
