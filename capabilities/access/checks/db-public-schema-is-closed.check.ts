import { defineCheck } from '../../../kernel/check/check.ts'

export const dbPublicSchemaIsClosed = defineCheck({
  id: 'access.db-public-schema-is-closed',
  appliesTo: 'postgres',
  severity: 'high',
  title: { de: 'In keinem Schema darf jeder Objekte anlegen', en: 'In no schema may everybody create objects' },
  population: { de: 'Schemata', en: 'schemas' },
  remedy: {
    de: 'In Datenbank {database}: REVOKE CREATE ON SCHEMA "{schema}" FROM PUBLIC. Bis PostgreSQL 14 ist das Schema public von Haus aus offen, und eine Aktualisierung schließt es nicht.',
    en: 'In database {database}: REVOKE CREATE ON SCHEMA "{schema}" FROM PUBLIC. Up to PostgreSQL 14 the schema public is open as delivered, and an upgrade does not close it.',
  },
  reasons: {
    closed: { de: 'nur für benannte Rollen', en: 'for named roles only' },
    open: { de: 'jeder darf hier Objekte anlegen', en: 'everybody may create objects here' },
    no_connections: { de: 'die Datenbank nimmt keine Verbindungen an', en: 'the database takes no connections' },
  },
  reads: ['pg_grant', 'pg_db'],
  dimensions: ['database', 'schema'],
  freshness: 'PT6H',
  sql: `
    with open_schema as (
      select system, database, object as schema
      from pg_grant where object_kind = 'schema' and grantee = 'PUBLIC' and 'CREATE' = any(privileges)
      union
      select system, database, 'public' from pg_db where public_create
    ),
    schema as (
      select system, database, 'public' as schema, allows_connections from pg_db
      union
      select o.system, o.database, o.schema, true from open_schema o where o.schema <> 'public'
    )
    select s.system, s.database || '.' || s.schema as resource,
      case when o.schema is not null then 'alarm' when s.allows_connections then 'ok' else 'skip' end as status,
      case when o.schema is not null then 'open' when s.allows_connections then 'closed' else 'no_connections' end as reason,
      s.database, s.schema
    from schema s
    left join open_schema o on o.system = s.system and o.database = s.database and o.schema = s.schema
  `,
  examples: [
    {
      name: {
        de: 'benutzen dürfen alle, anlegen nur benannte Rollen',
        en: 'everybody may use it, named roles alone may create',
      },
      facts: {
        pg_db: [{}, { database: 'postgres' }],
        pg_grant: [
          { objectKind: 'schema', object: 'public', grantee: 'PUBLIC', privileges: ['USAGE'] },
          { objectKind: 'schema', object: 'public', grantee: 'shop_owner', privileges: ['USAGE', 'CREATE'] },
        ],
      },
      expect: [
        { resource: 'shop.public', status: 'ok', reason: 'closed' },
        { resource: 'postgres.public', status: 'ok', reason: 'closed' },
      ],
    },
    {
      name: { de: 'jeder darf anlegen, in public und anderswo', en: 'everybody may create, in public and elsewhere' },
      facts: {
        pg_db: [{}, { database: 'lab', publicCreate: true }],
        pg_grant: [
          { objectKind: 'schema', object: 'public', grantee: 'PUBLIC', privileges: ['CREATE', 'USAGE'] },
          { objectKind: 'schema', schema: 'import', object: 'import', grantee: 'PUBLIC', privileges: ['CREATE'] },
        ],
      },
      expect: [
        { resource: 'shop.public', status: 'alarm', reason: 'open' },
        { resource: 'lab.public', status: 'alarm', reason: 'open' },
        { resource: 'shop.import', status: 'alarm', reason: 'open' },
      ],
    },
    {
      name: {
        de: 'eine Datenbank ohne Verbindungen wird nicht betrachtet',
        en: 'a database without connections is not looked at',
      },
      facts: { pg_db: [{ database: 'template0', isTemplate: true, allowsConnections: false }, {}], pg_grant: [{}] },
      expect: [
        { resource: 'template0.public', status: 'skip', reason: 'no_connections' },
        { resource: 'shop.public', status: 'ok', reason: 'closed' },
      ],
    },
  ],
})
