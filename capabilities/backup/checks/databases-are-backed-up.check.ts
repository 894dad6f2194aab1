import { defineCheck } from '../../../kernel/check/check.ts'

export const databasesAreBackedUp = defineCheck({
  id: 'backup.databases-are-backed-up',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Jede Datenbank der überwachten PostgreSQL-Server wird gesichert',
    en: 'Every database of the watched PostgreSQL servers is backed up',
  },
  population: { de: 'Datenbanken', en: 'databases' },
  remedy: {
    de: 'Unter `backups` in bergfried.yaml eine Sicherung für {target} einrichten oder mit Begründung als Abweichung hinnehmen.',
    en: 'Configure a backup for {target} under `backups` in bergfried.yaml, or accept it as an exception with a reason.',
  },
  reasons: {
    backed_up: { de: 'gesichert durch {backup}', en: 'backed up by {backup}' },
    not_backed_up: { de: 'wird von hier nicht gesichert', en: 'is not backed up from here' },
  },
  reads: ['database_backup'],
  fleet: ['pg_db'],
  dimensions: ['target', 'backup'],
  freshness: 'PT24H',
  sql: `
    select s.system, t.name || '/' || d.database as resource,
      case when b.backup is null then 'alarm' else 'ok' end as status,
      case when b.backup is null then 'not_backed_up' else 'backed_up' end as reason,
      t.name || '/' || d.database as target, b.backup
    from systems s
    cross join fleet_pg_db d
    join fleet_systems t on t.system = d.system
    left join lateral (
      select string_agg(b.backup, ', ' order by b.backup) as backup from database_backup b
      where b.system = s.system and b.target_system = t.name and b.database = d.database
    ) b on true
    where not d.is_template and d.allows_connections and d.database <> 'postgres' and t.name <> 'bergfried-db'
      -- Whoever configures none here may have them elsewhere: nothing is known then, which is not fine either.
      and exists (select from database_backup any_one where any_one.system = s.system)
  `,
  examples: [
    {
      name: { de: 'gesichert', en: 'backed up' },
      facts: { database_backup: [{ targetSystem: 'this' }], pg_db: [{}] },
      expect: [{ resource: 'this/shop', status: 'ok', reason: 'backed_up' }],
    },
    {
      name: { de: 'nicht gesichert', en: 'not backed up' },
      facts: { database_backup: [{ targetSystem: 'this' }], pg_db: [{ database: 'crm' }] },
      expect: [{ resource: 'this/crm', status: 'alarm', reason: 'not_backed_up' }],
    },
  ],
})
