import { defineCheck } from '../../../kernel/check/check.ts'

export const restoreDrillsSucceed = defineCheck({
  id: 'backup.restore-drills-succeed',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Jede Sicherung wurde kürzlich wiederhergestellt, vollständig und schnell genug',
    en: 'Every backup was restored recently, in full and fast enough',
  },
  population: { de: 'Sicherungen', en: 'backups' },
  remedy: {
    de: '`bergfried restore {resource} --drill` aufrufen und die Meldung lesen. Ohne `drill` in der Konfiguration wird nie geübt.',
    en: 'Run `bergfried restore {resource} --drill` and read what it says. Without `drill` in the configuration none is ever held.',
  },
  reasons: {
    restored: {
      de: '{tables} Tabellen wie zuvor, in {seconds} s; zuletzt {held}',
      en: '{tables} tables as before, in {seconds} s; last {held}',
    },
    never: { de: 'noch nie', en: 'never yet' },
    no_drill: { de: 'keine Übung eingerichtet', en: 'no drill is configured' },
    too_long_ago: { de: 'zuletzt {held}', en: 'last {held}' },
    failed: { de: 'gescheitert: {problem}', en: 'failed: {problem}' },
    differs: { de: '{differing} Stellen sind nicht wie zuvor', en: '{differing} places are not as before' },
    too_slow: { de: 'dauerte {seconds} s', en: 'took {seconds} s' },
  },
  reads: ['database_backup', 'restore_drill'],
  dimensions: ['held', 'tables', 'seconds', 'differing', 'problem'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select b.system, b.backup, d.held_at, d.tables, d.recovery_seconds, d.differing, d.problem,
        case when d.backup is null then 'no_drill'
          when d.held_at is null then 'never'
          when d.problem is not null then 'failed'
          when d.differing > 0 then 'differs'
          when d.held_at::timestamptz <= :now - make_interval(secs => d.every_seconds * 1.25) then 'too_long_ago'
          when d.recovery_seconds > d.recovery_time_seconds then 'too_slow'
          else 'restored' end as reason
      from database_backup b left join restore_drill d on d.system = b.system and d.backup = b.backup
    )
    select system, backup as resource, case reason when 'restored' then 'ok' else 'alarm' end as status, reason,
      held_at as held, tables::text as tables, round(recovery_seconds::numeric, 1)::text as seconds, differing::text as differing, problem
    from judged
  `,
  examples: [
    {
      name: { de: 'wiederhergestellt, alles wie zuvor', en: 'restored, everything as before' },
      facts: { database_backup: [{}], restore_drill: [{ everySeconds: 31_622_400 }] },
      expect: [{ resource: 'shop', status: 'ok', reason: 'restored' }],
    },
    {
      name: { de: 'zu lange her', en: 'too long ago' },
      facts: { database_backup: [{}], restore_drill: [{ heldAt: '2020-01-01T00:00:00Z' }] },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'too_long_ago' }],
    },
    {
      name: { de: 'drei Tabellen fehlen', en: 'three tables are missing' },
      facts: { database_backup: [{}], restore_drill: [{ differing: 3 }] },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'differs' }],
    },
    {
      name: { de: 'die Sicherung war beschädigt', en: 'the backup was damaged' },
      facts: {
        database_backup: [{}],
        restore_drill: [{ problem: 'backup.damaged', differing: null, tables: null, recoverySeconds: null }],
      },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'failed' }],
    },
    {
      name: { de: 'zu langsam', en: 'too slow' },
      facts: {
        database_backup: [{}],
        restore_drill: [{ everySeconds: 31_622_400, recoverySeconds: 20_000, recoveryTimeSeconds: 14_400 }],
      },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'too_slow' }],
    },
    {
      name: { de: 'eingerichtet und noch nie gehalten', en: 'configured and never held' },
      facts: {
        database_backup: [{}],
        restore_drill: [{ heldAt: null, differing: null, tables: null, recoverySeconds: null }],
      },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'never' }],
    },
    {
      name: { de: 'keine eingerichtet', en: 'none configured' },
      facts: { database_backup: [{}] },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'no_drill' }],
    },
  ],
})
