import { defineCheck } from '../../../kernel/check/check.ts'

export const dbNoGrantsToPublic = defineCheck({
  id: 'access.db-no-grants-to-public',
  appliesTo: 'postgres',
  severity: 'medium',
  title: {
    de: 'Keine Datenbank und keine Tabelle steht jeder Rolle offen',
    en: 'No database and no table is open to every role',
  },
  population: { de: 'Datenbanken und Rechte für alle', en: 'databases and privileges for everybody' },
  remedy: {
    de: 'Datenbank: REVOKE ALL ON DATABASE "{database}" FROM PUBLIC und GRANT CONNECT an die Rollen, die sie brauchen; Objekt: REVOKE {privileges} ON "{object}" FROM PUBLIC.',
    en: 'Database: REVOKE ALL ON DATABASE "{database}" FROM PUBLIC and GRANT CONNECT to the roles that need it; object: REVOKE {privileges} ON "{object}" FROM PUBLIC.',
  },
  reasons: {
    closed: { de: 'nur für benannte Rollen', en: 'for named roles only' },
    template: { de: 'Vorlage ohne eigene Daten', en: 'a template without data of its own' },
    no_connections: { de: 'nimmt keine Verbindungen an', en: 'takes no connections' },
    connect: { de: 'jede Rolle darf sich verbinden', en: 'every role may connect' },
    object: { de: 'jede Rolle hat {privileges}', en: 'every role has {privileges}' },
    callable: {
      de: 'jede Rolle darf sie aufrufen, sie läuft mit deren eigenen Rechten',
      en: 'every role may call it, it runs with that role’s own rights',
    },
    schema: {
      de: 'jede Rolle darf nachschlagen; Anlegen beurteilt db-public-schema-is-closed',
      en: 'every role may look up names; creating is judged by db-public-schema-is-closed',
    },
  },
  reads: ['pg_db', 'pg_grant'],
  dimensions: ['database', 'object', 'privileges'],
  freshness: 'PT6H',
  // PostgreSQL gives PUBLIC the right to connect to every new database. Functions with rights of their own are
  // judged by db-security-definer-is-safe.
  sql: `
    with judged as (
      select system, database || ' -> PUBLIC' as resource, database, null as object, null as privileges,
        case
          when not allows_connections then 'no_connections'
          when is_template then 'template'
          when public_connect then 'connect'
          else 'closed'
        end as reason
      from pg_db
      union all
      select system, database || '.' || case object_kind when 'schema' then '' else schema || '.' end || object || ' -> PUBLIC',
        database, object, array_to_string(privileges, ', '),
        case object_kind when 'function' then 'callable' when 'schema' then 'schema' else 'object' end
      from pg_grant where grantee = 'PUBLIC'
    )
    select system, resource,
      case
        when reason in ('connect', 'object') then 'alarm'
        when reason = 'no_connections' then 'skip'
        else 'ok'
      end as status,
      reason, database, object, privileges
    from judged
  `,
  examples: [
    {
      name: { de: 'nur benannte Rollen, und eine Vorlage', en: 'named roles only, and a template' },
      facts: {
        pg_db: [
          {},
          { database: 'template1', isTemplate: true, publicConnect: true },
          { database: 'template0', isTemplate: true, allowsConnections: false, publicConnect: true },
        ],
        pg_grant: [
          {},
          { objectKind: 'schema', schema: 'public', object: 'public', grantee: 'PUBLIC', privileges: ['USAGE'] },
          { objectKind: 'function', object: 'price(integer)', grantee: 'PUBLIC', privileges: ['EXECUTE'] },
        ],
      },
      expect: [
        { resource: 'shop -> PUBLIC', status: 'ok', reason: 'closed' },
        { resource: 'template1 -> PUBLIC', status: 'ok', reason: 'template' },
        { resource: 'template0 -> PUBLIC', status: 'skip', reason: 'no_connections' },
        { resource: 'shop.public -> PUBLIC', status: 'ok', reason: 'schema' },
        { resource: 'shop.public.price(integer) -> PUBLIC', status: 'ok', reason: 'callable' },
      ],
    },
    {
      name: {
        de: 'die Voreinstellung lässt jede Rolle in jede Datenbank',
        en: 'as delivered every role gets into every database',
      },
      facts: { pg_db: [{ publicConnect: true }, { database: 'lab', publicConnect: true }], pg_grant: [] },
      expect: [
        { resource: 'shop -> PUBLIC', status: 'alarm', reason: 'connect' },
        { resource: 'lab -> PUBLIC', status: 'alarm', reason: 'connect' },
      ],
    },
    {
      name: {
        de: 'eine Tabelle, eine Sicht und eine Sequenz für alle',
        en: 'a table, a view and a sequence for everybody',
      },
      facts: {
        pg_db: [{}],
        pg_grant: [
          { grantee: 'PUBLIC' },
          { grantee: 'PUBLIC', object: 'turnover', objectKind: 'view' },
          { grantee: 'PUBLIC', object: 'number', objectKind: 'sequence', privileges: ['USAGE'] },
        ],
      },
      expect: [
        { resource: 'shop -> PUBLIC', status: 'ok', reason: 'closed' },
        { resource: 'shop.public.customer -> PUBLIC', status: 'alarm', reason: 'object' },
        { resource: 'shop.public.turnover -> PUBLIC', status: 'alarm', reason: 'object' },
        { resource: 'shop.public.number -> PUBLIC', status: 'alarm', reason: 'object' },
      ],
    },
  ],
})
