import { defineCheck } from '../../../kernel/check/check.ts'

export const dbDefaultPrivilegesAreNarrow = defineCheck({
  id: 'access.db-default-privileges-are-narrow',
  appliesTo: 'postgres',
  severity: 'medium',
  title: {
    de: 'Was neu angelegt wird, gehört nicht von selbst allen',
    en: 'What is created anew is not open to everybody by itself',
  },
  population: { de: 'Datenbanken und voreingestellte Rechte', en: 'databases and default privileges' },
  remedy: {
    de: 'In Datenbank {database}: ALTER DEFAULT PRIVILEGES FOR ROLE "{role}" REVOKE {privileges} ON … FROM PUBLIC (Schema: {schema}). Bereits Angelegtes behält sein Recht und braucht ein eigenes REVOKE.',
    en: 'In database {database}: ALTER DEFAULT PRIVILEGES FOR ROLE "{role}" REVOKE {privileges} ON … FROM PUBLIC (schema: {schema}). What exists already keeps its privilege and needs a REVOKE of its own.',
  },
  reasons: {
    none: { de: 'keine voreingestellten Rechte für alle', en: 'no default privileges for everybody' },
    named: { de: 'nur für {grantee}', en: 'for {grantee} only' },
    as_delivered: {
      de: 'Ausführen für alle, wie PostgreSQL es von Haus aus hält',
      en: 'execution for everybody, as PostgreSQL has it anyway',
    },
    everybody: {
      de: 'alle bekommen {privileges} an allem, was {role} anlegt',
      en: 'everybody gets {privileges} on whatever {role} creates',
    },
  },
  reads: ['pg_default_privilege', 'pg_db'],
  dimensions: ['database', 'role', 'schema', 'grantee', 'privileges'],
  freshness: 'PT6H',
  // Functions and types are open to PUBLIC by PostgreSQL's own default; only an entry for a schema adds to it.
  sql: `
    with entry as (
      select system, database, role, schema, object_kind, grantee, array_to_string(privileges, ', ') as privileges,
        case
          when grantee <> 'PUBLIC' then 'named'
          when object_kind in ('function', 'type') and schema is null then 'as_delivered'
          else 'everybody'
        end as reason
      from pg_default_privilege
    )
    select system, database || coalesce('.' || schema, '') || ': ' || role || ' -> ' || grantee || ' (' || object_kind || ')'
        as resource,
      case reason when 'everybody' then 'alarm' when 'as_delivered' then 'info' else 'ok' end as status, reason,
      database, role, coalesce(schema, '*') as schema, grantee, privileges
    from entry
    union all
    select system, database, 'ok', 'none', database, null, null, null, null
    from pg_db d
    where allows_connections
      and not exists (select from entry e where e.system = d.system and e.database = d.database and e.grantee = 'PUBLIC')
  `,
  examples: [
    {
      name: {
        de: 'nichts voreingestellt, oder nur für benannte Rollen',
        en: 'nothing preset, or for named roles only',
      },
      facts: { pg_db: [{}, { database: 'postgres' }], pg_default_privilege: [{}] },
      expect: [
        { resource: 'shop', status: 'ok', reason: 'none' },
        { resource: 'shop: shop_owner -> reporting (table)', status: 'ok', reason: 'named' },
        { resource: 'postgres', status: 'ok', reason: 'none' },
      ],
    },
    {
      name: {
        de: 'alle bekommen jede neue Tabelle, jede neue Funktion eines Schemas',
        en: 'everybody gets every new table, every new function of a schema',
      },
      facts: {
        pg_db: [{}],
        pg_default_privilege: [
          { grantee: 'PUBLIC' },
          { grantee: 'PUBLIC', schema: 'api', objectKind: 'function', privileges: ['EXECUTE'] },
        ],
      },
      expect: [
        { resource: 'shop: shop_owner -> PUBLIC (table)', status: 'alarm', reason: 'everybody' },
        { resource: 'shop.api: shop_owner -> PUBLIC (function)', status: 'alarm', reason: 'everybody' },
      ],
    },
    {
      name: {
        de: 'PostgreSQLs eigene Voreinstellung für Funktionen ist ein Hinweis',
        en: 'PostgreSQL’s own default for functions is a note',
      },
      facts: {
        pg_db: [{}],
        pg_default_privilege: [{ grantee: 'PUBLIC', objectKind: 'function', privileges: ['EXECUTE'] }],
      },
      expect: [{ resource: 'shop: shop_owner -> PUBLIC (function)', status: 'info', reason: 'as_delivered' }],
    },
  ],
})
