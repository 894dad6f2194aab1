import { defineCheck } from '../../../kernel/check/check.ts'

export const backupsAreRecent = defineCheck({
  id: 'backup.backups-are-recent',
  appliesTo: 'product',
  severity: 'critical',
  title: {
    de: 'Von jeder gesicherten Datenbank gibt es eine Sicherung, die jung genug ist',
    en: 'Every database that is backed up has a backup that is young enough',
  },
  population: { de: 'Sicherungen', en: 'backups' },
  remedy: {
    de: '`bergfried backup run {resource}` aufrufen und die Meldung lesen; danach den Zeitplan prüfen (`every`, `recoveryPoint`).',
    en: 'Run `bergfried backup run {resource}` and read what it says; then check the schedule (`every`, `recoveryPoint`).',
  },
  reasons: {
    recent: { de: 'die jüngste ist von {newest}', en: 'the newest is of {newest}' },
    too_old: {
      de: 'die jüngste ist von {newest}, erlaubt sind {allowed} Stunden; letzte Meldung: {problem}',
      en: 'the newest is of {newest}, allowed are {allowed} hours; last message: {problem}',
    },
    none: { de: 'es gibt keine; letzte Meldung: {problem}', en: 'there is none; last message: {problem}' },
  },
  reads: ['database_backup'],
  dimensions: ['newest', 'allowed', 'problem', 'place'],
  freshness: 'PT1H',
  sql: `
    select system, backup as resource,
      case when newest_at is not null and newest_at::timestamptz > :now - make_interval(secs => recovery_point_seconds) then 'ok' else 'alarm' end as status,
      case when newest_at is null then 'none'
        when newest_at::timestamptz > :now - make_interval(secs => recovery_point_seconds) then 'recent' else 'too_old' end as reason,
      newest_at as newest, round(recovery_point_seconds / 3600.0, 1)::text as allowed, coalesce(problem, '–') as problem, place
    from database_backup
  `,
  examples: [
    {
      name: { de: 'von heute Nacht', en: 'of last night' },
      facts: { database_backup: [{ newestAt: '2026-11-01T02:00:00Z', recoveryPointSeconds: 31_622_400 }] },
      expect: [{ resource: 'shop', status: 'ok', reason: 'recent' }],
    },
    {
      name: { de: 'älter als versprochen', en: 'older than promised' },
      facts: { database_backup: [{ newestAt: '2020-11-01T02:00:00Z', problem: 'backup.store' }] },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'too_old' }],
    },
    {
      name: { de: 'noch keine', en: 'none yet' },
      facts: { database_backup: [{ newestAt: null, kept: 0, sealedFor: null }] },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'none' }],
    },
  ],
})
