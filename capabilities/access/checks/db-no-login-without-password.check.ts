import { defineCheck } from '../../../kernel/check/check.ts'

export const dbNoLoginWithoutPassword = defineCheck({
  id: 'access.db-no-login-without-password',
  appliesTo: 'postgres',
  severity: 'medium',
  title: {
    de: 'Jede Rolle, von der ein Passwort verlangt wird, hat eines',
    en: 'Every role that is asked for a password has one',
  },
  population: { de: 'Rollen mit Anmelderecht', en: 'roles that may log in' },
  remedy: {
    de: 'Ein Passwort setzen (psql: \\password {resource}), die Anmeldung sperren (ALTER ROLE "{resource}" NOLOGIN) oder ihr einen anderen Weg geben (cert, peer, gss).',
    en: 'Set a password (psql: \\password {resource}), lock the role (ALTER ROLE "{resource}" NOLOGIN) or give it another way in (cert, peer, gss).',
  },
  reasons: {
    has_password: { de: 'hat ein Passwort', en: 'has a password' },
    other_way: { de: 'ohne Passwort, kommt herein mit {methods}', en: 'without a password, gets in by {methods}' },
    no_way_in: {
      de: 'ohne Passwort; keine Zeile lässt die Rolle herein',
      en: 'without a password; no line lets the role in',
    },
    no_password: {
      de: 'darf sich anmelden, hat kein Passwort und soll eines nennen ({methods})',
      en: 'may log in, has no password and is asked for one ({methods})',
    },
    unknown: {
      de: 'ob ein Passwort gesetzt ist, darf das Lesekonto nicht sehen',
      en: 'the reading account may not see whether a password is set',
    },
  },
  reads: ['pg_role', 'pg_hba_rule'],
  dimensions: ['methods'],
  freshness: 'PT6H',
  // A line's roles: all, a name, +group for its members, /expression (PostgreSQL manual, 20.1). An expression is taken
  // to fit, so that it never hides a role.
  sql: `
    with line as (
      select system, method, named.role
      from pg_hba_rule cross join lateral unnest(roles) as named(role)
      where error is null and method <> '' and method <> 'reject'
    ),
    bare as (select * from pg_role where can_login and password = 'none'),
    way as (
      select b.system, b.role, l.method from bare b join line l on l.system = b.system and l.role = b.role
      union
      select b.system, b.role, l.method from bare b join line l on l.system = b.system and l.role = '+' || b.role
      union
      select b.system, b.role, l.method
      from bare b cross join lateral unnest(b.member_of) as g(role)
      join line l on l.system = b.system and l.role = '+' || g.role
      union
      select b.system, b.role, l.method
      from bare b
      join (select distinct system, method from line where role = 'all' or role like '/%') l on l.system = b.system
    ),
    ways as (
      select system, role, string_agg(method, ', ' order by method) as methods,
        bool_and(method in ('scram-sha-256', 'md5', 'password')) as only_passwords
      from way group by system, role
    ),
    judged as (
      select r.system, r.role, w.methods,
        case
          when r.password = 'unknown' then 'unknown'
          when r.password <> 'none' then 'has_password'
          when w.role is null then 'no_way_in'
          when w.only_passwords then 'no_password'
          else 'other_way'
        end as reason
      from pg_role r
      left join ways w on w.system = r.system and w.role = r.role
      where r.can_login
    )
    select system, role as resource,
      case when reason = 'no_password' then 'alarm' when reason = 'unknown' then 'error' else 'ok' end as status,
      reason, methods
    from judged
  `,
  examples: [
    {
      name: {
        de: 'ein Passwort oder ein anderer Weg; Rollen ohne Anmeldung brauchen keines',
        en: 'a password or another way; roles without login need none',
      },
      facts: {
        pg_role: [
          { role: 'ada' },
          { role: 'old', password: 'md5' },
          { role: 'postgres', password: 'none' },
          { role: 'readers', password: 'none', canLogin: false },
        ],
        pg_hba_rule: [
          { line: 1 },
          { line: 2, type: 'local', address: null, netmask: null, roles: ['postgres'], method: 'peer' },
        ],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'has_password' },
        { resource: 'old', status: 'ok', reason: 'has_password' },
        { resource: 'postgres', status: 'ok', reason: 'other_way' },
      ],
    },
    {
      name: {
        de: 'nach einem Passwort gefragt, das es nicht gibt: als Rolle, als Mitglied, nach Muster',
        en: 'asked for a password that does not exist: as role, as member, by pattern',
      },
      facts: {
        pg_role: [
          { role: 'shop', password: 'none' },
          { role: 'bob', password: 'none', memberOf: ['staff'] },
          { role: 'eve', password: 'none' },
        ],
        pg_hba_rule: [
          { line: 1, roles: ['shop', '+staff'] },
          { line: 2, roles: ['/^e'], method: 'md5' },
          { line: 3, roles: ['+eve'], method: 'reject' },
        ],
      },
      expect: [
        { resource: 'shop', status: 'alarm', reason: 'no_password' },
        { resource: 'bob', status: 'alarm', reason: 'no_password' },
        { resource: 'eve', status: 'alarm', reason: 'no_password' },
      ],
    },
    {
      name: {
        de: 'ohne Zeile kein Weg herein; was nicht zu sehen ist, ist nicht gut',
        en: 'no line, no way in; what cannot be seen is not fine',
      },
      facts: {
        pg_role: [
          { role: 'shop', password: 'none' },
          { role: 'ada', password: 'unknown' },
        ],
        pg_hba_rule: [{ roles: ['ada'] }, { line: 11, method: 'reject' }],
      },
      expect: [
        { resource: 'shop', status: 'ok', reason: 'no_way_in' },
        { resource: 'ada', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
