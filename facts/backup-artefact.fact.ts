import * as z from 'zod'
import { defineFact, line } from './fact.ts'

/** A backup that lies on a host, judged by its own first bytes. */
export const backupArtefactFact = defineFact({
  kind: 'backup_artefact',
  about: 'host',
  title: { de: 'Sicherung auf einem Host', en: 'Backup on a host' },
  columns: {
    path: line,
    format: z.enum([
      'age',
      'openpgp',
      'openssl',
      'luks',
      'restic',
      'borg',
      'pg_dump',
      'sql',
      'archive',
      'sqlite',
      'unknown',
      'unreadable',
    ]),
    /** Null: its bytes do not say. */
    encrypted: z.boolean().nullable(),
  },
  sample: { path: '/srv/backups/shop.dump.age', format: 'age', encrypted: true },
})
