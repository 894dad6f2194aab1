import * as z from 'zod'
import { count, day, defineFact, instant, name } from './fact.ts'

/** A key-encryption key in the keeper. */
export const encryptionKeyFact = defineFact({
  kind: 'encryption_key',
  about: 'product',
  title: { de: 'Schlüssel für Felder', en: 'Key of fields' },
  columns: {
    name,
    state: z.enum(['active', 'disabled', 'shredded']),
    madeAt: instant,
    /** When the version was made that wraps now. */
    rotatedAt: instant,
    versions: count,
    liveGrants: count,
    lastUseOn: day.nullable(),
  },
  sample: {
    name: 'customer-data',
    state: 'active',
    madeAt: '2026-10-01T08:00:00Z',
    rotatedAt: '2026-11-01T08:00:00Z',
    versions: 2,
    liveGrants: 1,
    lastUseOn: '2026-11-22',
  },
})
