import { defineCheck } from '../../../kernel/check/check.ts'

export const dbSecurityDefinerIsSafe = defineCheck({
  id: 'access.db-security-definer-is-safe',
  appliesTo: 'postgres',
  severity: 'critical',
  title: {
    de: 'Keine Funktion verleiht Rechte, die ihr Aufrufer nicht haben soll',
    en: 'No function lends rights that its caller should not have',
  },
  population: { de: 'Datenbanken und SECURITY-DEFINER-Funktionen', en: 'databases and SECURITY DEFINER functions' },
  remedy: {
    de: 'In Datenbank {database}: ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp; REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC; und einer Rolle mit wenigen Rechten geben: ALTER FUNCTION {function} OWNER TO …; nie mit REASSIGN OWNED einem Superuser.',
    en: 'In database {database}: ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp; REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC; and give it to a role with few rights: ALTER FUNCTION {function} OWNER TO …; never to a superuser by REASSIGN OWNED.',
  },
  reasons: {
    none: { de: 'keine solche Funktion', en: 'no such function' },
    safe: { de: 'läuft als {owner}, Suchpfad fest', en: 'runs as {owner}, search path fixed' },
    path_open: {
      de: 'läuft als {owner}, Suchpfad offen, aber nicht für alle aufrufbar',
      en: 'runs as {owner}, search path open, but not callable by everybody',
    },
    superuser_for_all: {
      de: 'jeder kann sie aufrufen, und sie läuft als Superuser {owner}',
      en: 'everybody may call it, and it runs as superuser {owner}',
    },
    superuser: { de: 'läuft als Superuser {owner}', en: 'runs as superuser {owner}' },
    path_open_for_all: {
      de: 'jeder kann sie aufrufen und ihr über den Suchpfad eigene Objekte unterschieben',
      en: 'everybody may call it and slip it objects of their own through the search path',
    },
  },
  reads: ['pg_security_definer', 'pg_db'],
  dimensions: ['database', 'function', 'owner'],
  freshness: 'PT6H',
  // A database without such a function is a row too: it is the proof that its functions were looked at.
  sql: `
    select d.system, d.database || coalesce('.' || f.function, '') as resource,
      case
        when f.function is null then 'ok'
        when f.owner_superuser or (f.public_execute and not f.search_path_fixed) then 'alarm'
        when f.search_path_fixed then 'ok'
        else 'info'
      end as status,
      case
        when f.function is null then 'none'
        when f.owner_superuser and f.public_execute then 'superuser_for_all'
        when f.owner_superuser then 'superuser'
        when f.search_path_fixed then 'safe'
        when f.public_execute then 'path_open_for_all'
        else 'path_open'
      end as reason,
      d.database, f.function, f.owner
    from (
      select system, database from pg_db where allows_connections
      union
      select system, database from pg_security_definer
    ) d
    left join pg_security_definer f on f.system = d.system and f.database = d.database
  `,
  examples: [
    {
      name: {
        de: 'fester Suchpfad und ein Eigentümer mit wenigen Rechten, oder gar keine solche Funktion',
        en: 'a fixed search path and an owner with few rights, or no such function at all',
      },
      facts: {
        pg_db: [{}, { database: 'empty' }, { database: 'template0', allowsConnections: false }],
        pg_security_definer: [{}, { function: 'public.now_open()', publicExecute: true }],
      },
      expect: [
        { resource: 'shop.public.reset_password(text)', status: 'ok', reason: 'safe' },
        { resource: 'shop.public.now_open()', status: 'ok', reason: 'safe' },
        { resource: 'empty', status: 'ok', reason: 'none' },
      ],
    },
    {
      name: { de: 'was ein Superuser geerbt hat, kann jeder rufen', en: 'what a superuser inherited anybody may call' },
      facts: {
        pg_db: [{}],
        pg_security_definer: [
          {
            function: 'public.a()',
            owner: 'postgres',
            ownerSuperuser: true,
            publicExecute: true,
            searchPathFixed: false,
          },
          { function: 'public.b()', owner: 'postgres', ownerSuperuser: true },
        ],
      },
      expect: [
        { resource: 'shop.public.a()', status: 'alarm', reason: 'superuser_for_all' },
        { resource: 'shop.public.b()', status: 'alarm', reason: 'superuser' },
      ],
    },
    {
      name: {
        de: 'ein offener Suchpfad ist für alle gefährlich, für wenige ein Hinweis',
        en: 'an open search path is dangerous for everybody, a note for a few',
      },
      facts: {
        pg_db: [{}],
        pg_security_definer: [
          { function: 'public.a()', publicExecute: true, searchPathFixed: false },
          { function: 'public.a(text)', searchPathFixed: false },
        ],
      },
      expect: [
        { resource: 'shop.public.a()', status: 'alarm', reason: 'path_open_for_all' },
        { resource: 'shop.public.a(text)', status: 'info', reason: 'path_open' },
      ],
    },
  ],
})
