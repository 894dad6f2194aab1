import * as z from 'zod'
import { count, defineFact, instant, name } from './fact.ts'

/** The newest restore drill of a backup. No row: none is configured or none was held yet. */
export const restoreDrillFact = defineFact({
  kind: 'restore_drill',
  about: 'product',
  title: { de: 'Wiederherstellungsübung', en: 'Restore drill' },
  columns: {
    backup: name,
    /** Null: drills are configured and none was held yet. */
    heldAt: instant.nullable(),
    everySeconds: count,
    problem: name.nullable(),
    /** Tables, sequences and so on that were not as they had been. */
    differing: count.nullable(),
    tables: count.nullable(),
    /** From nothing to restored and compared. */
    recoverySeconds: z.number().min(0).nullable(),
    recoveryTimeSeconds: count,
  },
  sample: {
    backup: 'shop',
    heldAt: '2026-11-01T04:00:00Z',
    everySeconds: 2_592_000,
    problem: null,
    differing: 0,
    tables: 41,
    recoverySeconds: 63.5,
    recoveryTimeSeconds: 14_400,
  },
})
