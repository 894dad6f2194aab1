import { defineCheck } from '../../../kernel/check/check.ts'

export const dbExtensionsStayInside = defineCheck({
  id: 'access.db-extensions-stay-inside',
  appliesTo: 'postgres',
  severity: 'medium',
  title: { de: 'Keine Erweiterung führt aus der Datenbank hinaus', en: 'No extension leads out of the database' },
  population: { de: 'installierte Erweiterungen', en: 'installed extensions' },
  remedy: {
    de: 'In Datenbank {database}: DROP EXTENSION "{extension}"; wird sie gebraucht, eine befristete Ausnahme mit Grund eintragen.',
    en: 'In database {database}: DROP EXTENSION "{extension}"; where it is needed, enter a limited exception with its reason.',
  },
  reasons: {
    inside: { de: 'bleibt in der Datenbank', en: 'stays inside the database' },
    reaches_out: {
      de: 'erreicht aus SQL Dateien, Programme oder andere Server',
      en: 'reaches files, programs or other servers from SQL',
    },
    none: { de: 'keine Erweiterung', en: 'no extension' },
  },
  reads: ['pg_installed_extension', 'pg_db'],
  dimensions: ['database', 'extension', 'version'],
  freshness: 'PT6H',
  sql: `
    select system, database || '.' || extension as resource, case when reaches_out then 'alarm' else 'ok' end as status,
      case when reaches_out then 'reaches_out' else 'inside' end as reason, database, extension, version
    from pg_installed_extension
    union all
    select d.system, d.database, 'ok', 'none', d.database, null, null
    from pg_db d
    where d.allows_connections
      and not exists (select from pg_installed_extension e where e.system = d.system and e.database = d.database)
  `,
  examples: [
    {
      name: { de: 'die mitgelieferte Sprache genügt', en: 'the language that comes along is enough' },
      facts: { pg_db: [{}], pg_installed_extension: [{}, { extension: 'pg_trgm', version: '1.6' }] },
      expect: [
        { resource: 'shop.plpgsql', status: 'ok', reason: 'inside' },
        { resource: 'shop.pg_trgm', status: 'ok', reason: 'inside' },
      ],
    },
    {
      name: { de: 'Dateien, Programme, andere Server', en: 'files, programs, other servers' },
      facts: {
        pg_db: [{}],
        pg_installed_extension: [
          {},
          { extension: 'dblink', version: '1.2', reachesOut: true },
          { database: 'postgres', extension: 'file_fdw', reachesOut: true },
        ],
      },
      expect: [
        { resource: 'shop.plpgsql', status: 'ok', reason: 'inside' },
        { resource: 'shop.dblink', status: 'alarm', reason: 'reaches_out' },
        { resource: 'postgres.file_fdw', status: 'alarm', reason: 'reaches_out' },
      ],
    },
    {
      name: {
        de: 'eine Datenbank ganz ohne Erweiterung, eine ohne Verbindungen',
        en: 'a database without any extension, one without connections',
      },
      facts: {
        pg_db: [{}, { database: 'template0', allowsConnections: false }],
        pg_installed_extension: [{ database: 'postgres' }],
      },
      expect: [
        { resource: 'shop', status: 'ok', reason: 'none' },
        { resource: 'postgres.plpgsql', status: 'ok', reason: 'inside' },
      ],
    },
  ],
})
