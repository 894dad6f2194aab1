import { defineCheck } from '../../../kernel/check/check.ts'

export const dbNoLeavers = defineCheck({
  id: 'access.db-no-leavers',
  appliesTo: 'postgres',
  severity: 'critical',
  title: {
    de: 'Wer ausgeschieden ist, kommt nicht mehr in die Datenbank und ist nicht mehr verbunden',
    en: 'Whoever has left no longer gets into the database and is no longer connected',
  },
  population: { de: 'Rollen', en: 'roles' },
  remedy: {
    de: 'Erst sperren: ALTER ROLE "{resource}" NOLOGIN PASSWORD NULL; dann alle Verbindungen beenden, bis keine mehr da ist: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usesysid = {oid}. VALID UNTIL genügt nicht, und vor DROP ROLE müssen die Verbindungen fort sein.',
    en: 'Lock first: ALTER ROLE "{resource}" NOLOGIN PASSWORD NULL; then end all connections until none is left: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usesysid = {oid}. VALID UNTIL is not enough, and the connections must be gone before DROP ROLE.',
  },
  reasons: {
    active: { de: '{owner} ist im Unternehmen', en: '{owner} is with the company' },
    service: { de: 'Konto eines Dienstes', en: 'account of a service' },
    locked: { de: '{owner} ist ausgeschieden, die Rolle ist gesperrt', en: '{owner} has left, the role is locked' },
    not_an_account: { de: 'Rolle ohne Anmeldung und ohne Verbindung', en: 'role without login and without connection' },
    no_owner: {
      de: 'gehört keiner bekannten Person; das beurteilt db-roles-have-an-owner',
      en: 'belongs to no known person; judged by db-roles-have-an-owner',
    },
    no_register: {
      de: 'das Register kennt keine Person, also auch keine ausgeschiedene',
      en: 'the register knows no person, and so none who has left',
    },
    leaver_can_log_in: {
      de: '{owner} ist ausgeschieden und darf sich anmelden',
      en: '{owner} has left and may log in',
    },
    leaver_only_expired: {
      de: '{owner} ist ausgeschieden; abgelaufen ist nur das Passwort, andere Anmeldearten gelten weiter',
      en: '{owner} has left; only the password has expired, other ways to log in still hold',
    },
    leaver_connected: {
      de: '{owner} ist ausgeschieden, die Rolle ist gesperrt, aber noch verbunden',
      en: '{owner} has left, the role is locked but still connected',
    },
    dropped_but_connected: {
      de: 'die Rolle gibt es nicht mehr, ihre Verbindung schon',
      en: 'the role no longer exists, its connection does',
    },
  },
  reads: ['pg_role', 'pg_session'],
  fleet: ['account_owner', 'person'],
  dimensions: ['owner', 'ends_on', 'oid'],
  freshness: 'PT1H',
  // An owner named for this system goes before one named for all.
  // NOLOGIN and DROP ROLE do not end sessions: a session of a role that may not log in, or that is gone, still works.
  sql: `
    with person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active,
        max(ends_on) as ends_on
      from fleet_person group by person
    ),
    connected as (select system, role from pg_session group by system, role),
    holding as (
      select r.system, r.role, h.owner_kind, h.owner, p.active, p.ends_on,
        h.target_system <> '*' or not bool_or(h.target_system <> '*') over (partition by r.system, r.role) as applies
      from pg_role r
      join systems s on s.system = r.system
      cross join lateral (values (s.name), ('*')) as scope(name)
      join fleet_account_owner h on h.target_system = scope.name and h.account = r.role
      left join person p on h.owner_kind = 'person' and p.person = h.owner
    ),
    held as (
      select system, role, bool_or(owner_kind = 'person' and active is not null) as known, bool_or(owner_kind = 'service') as service,
        bool_or(owner_kind = 'person' and not active) as left_us,
        coalesce(string_agg(distinct owner, ', ') filter (where owner_kind = 'person' and not active),
          string_agg(distinct owner, ', ')) as owner,
        max(ends_on) filter (where not active) as ends_on
      from holding where applies group by system, role
    ),
    judged as (
      select r.system, r.role, r.oid, h.owner, h.ends_on,
        case
          when not r.can_login and c.role is null then case when h.left_us then 'locked' else 'not_an_account' end
          when h.left_us and not r.can_login then 'leaver_connected'
          when h.left_us and c.role is null and r.valid_until <= :now then 'leaver_only_expired'
          when h.left_us then 'leaver_can_log_in'
          when h.known then 'active'
          when not exists (select from fleet_person) then 'no_register'
          when h.service then 'service'
          else 'no_owner'
        end as reason
      from pg_role r
      left join held h on h.system = r.system and h.role = r.role
      left join connected c on c.system = r.system and c.role = r.role
      where left(r.role, 3) <> 'pg_'
      union all
      select c.system, c.role, null, null, null, 'dropped_but_connected'
      from connected c
      left join pg_role r on r.system = c.system and r.role = c.role
      where r.role is null
    )
    select system, role as resource,
      case
        when reason in ('active', 'service', 'locked', 'not_an_account') then 'ok'
        when reason = 'no_owner' then 'skip'
        when reason = 'no_register' then 'error'
        else 'alarm'
      end as status,
      reason, owner, ends_on::text as ends_on, oid::text as oid
    from judged
  `,
  examples: [
    {
      name: { de: 'ohne Register ist nichts gewiss', en: 'without a register nothing is certain' },
      facts: { pg_role: [{ role: 'shop' }], account_owner: [{ account: 'shop', ownerKind: 'service', owner: 'shop' }] },
      expect: [{ resource: 'shop', status: 'error', reason: 'no_register' }],
    },
    {
      name: { de: 'niemand ist ausgeschieden', en: 'nobody has left' },
      facts: {
        pg_role: [{ role: 'ada' }, { role: 'shop' }, { role: 'readers', canLogin: false }, { role: 'nobody' }],
        person: [{ person: 'p-1' }],
        account_owner: [{ account: 'ada' }, { account: 'shop', ownerKind: 'service', owner: 'shop' }],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'active' },
        { resource: 'shop', status: 'ok', reason: 'service' },
        { resource: 'readers', status: 'ok', reason: 'not_an_account' },
        { resource: 'nobody', status: 'skip', reason: 'no_owner' },
      ],
    },
    {
      name: {
        de: 'gesperrt genügt nur, wenn auch keine Verbindung mehr besteht',
        en: 'locked is enough only when no connection is left',
      },
      facts: {
        pg_role: [
          { role: 'ada' },
          { role: 'bob', canLogin: false },
          { role: 'eve', canLogin: false },
          { role: 'ted', validUntil: '2020-01-01T00:00:00Z' },
          { role: 'kim', validUntil: '2020-01-01T00:00:00Z' },
        ],
        pg_session: [{ role: 'eve' }, { role: 'kim' }],
        person: [{ person: 'p-3', status: 'left', endsOn: '2020-06-30' }],
        account_owner: ['ada', 'bob', 'eve', 'ted', 'kim'].map((account) => ({ account, owner: 'p-3' })),
      },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'leaver_can_log_in' },
        { resource: 'bob', status: 'ok', reason: 'locked' },
        { resource: 'eve', status: 'alarm', reason: 'leaver_connected' },
        { resource: 'ted', status: 'alarm', reason: 'leaver_only_expired' },
        { resource: 'kim', status: 'alarm', reason: 'leaver_can_log_in' },
      ],
    },
    {
      name: {
        de: 'das Ende des Vertrags zählt, auch wenn niemand den Status geändert hat',
        en: 'the end of the contract counts even where nobody changed the status',
      },
      facts: {
        pg_role: [{ role: 'ada' }, { role: 'bob' }],
        person: [
          { person: 'p-1', endsOn: '2020-06-30' },
          { person: 'p-2', endsOn: '2099-06-30' },
        ],
        account_owner: [{ account: 'ada' }, { account: 'bob', owner: 'p-2' }],
      },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'leaver_can_log_in' },
        { resource: 'bob', status: 'ok', reason: 'active' },
      ],
    },
    {
      name: {
        de: 'wem das Konto auf diesem System gehört, geht vor',
        en: 'whose the account is on this system goes first',
      },
      facts: {
        pg_role: [{ role: 'ada' }, { role: 'bob' }],
        person: [{ person: 'p-1' }, { person: 'p-3', status: 'left' }],
        account_owner: [
          { account: 'ada', owner: 'p-3' },
          { account: 'ada', owner: 'p-1', targetSystem: 'this' },
          { account: 'bob', owner: 'p-1' },
          { account: 'bob', owner: 'p-3', targetSystem: 'this' },
        ],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'active' },
        { resource: 'bob', status: 'alarm', reason: 'leaver_can_log_in' },
      ],
    },
    {
      name: { de: 'eine gelöschte Rolle kann noch verbunden sein', en: 'a dropped role may still be connected' },
      facts: { pg_role: [{ role: 'ada' }], person: [{}], pg_session: [{ role: 'ada' }, { role: 'oid 16500' }] },
      expect: [
        { resource: 'ada', status: 'skip', reason: 'no_owner' },
        { resource: 'oid 16500', status: 'alarm', reason: 'dropped_but_connected' },
      ],
    },
  ],
})
