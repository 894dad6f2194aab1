import { count, defineFact, instant, line, name } from './fact.ts'

/** What is known of the backups of one database: one row per configured backup. */
export const databaseBackupFact = defineFact({
  kind: 'database_backup',
  about: 'product',
  title: { de: 'Datensicherung', en: 'Backup' },
  columns: {
    backup: name,
    /** The system of kind postgres that is backed up. */
    targetSystem: name,
    database: name,
    place: line,
    /** The data of the newest good backup is as it was then; null: there is none. */
    newestAt: instant.nullable(),
    recoveryPointSeconds: count,
    /** Of the newest try; null: it went well or there was none. */
    problem: name.nullable(),
    /** Read back from the store: an age file for so many recipients; null: it could not be read or is none. */
    sealedFor: count.nullable(),
    kept: count,
  },
  sample: {
    backup: 'shop',
    targetSystem: 'shop-db',
    database: 'shop',
    place: '/srv/backups',
    newestAt: '2026-11-01T02:00:00Z',
    recoveryPointSeconds: 90_000,
    problem: null,
    sealedFor: 2,
    kept: 30,
  },
})
