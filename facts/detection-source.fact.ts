import * as z from 'zod'
import { count, defineFact, instant, name } from './fact.ts'

/** A log that is watched for attacks. */
export const detectionSourceFact = defineFact({
  kind: 'detection_source',
  about: 'product',
  title: { de: 'Quelle der Angriffserkennung', en: 'Source of detection' },
  columns: {
    source: name,
    sourceKind: z.enum(['sshd', 'sudo', 'web']),
    /** Null: nothing was ever read of it. */
    lastAt: instant.nullable(),
    silentSeconds: count,
    /** Lines that could not be read. */
    unread: count,
    /** Rules that can raise an alert. */
    rules: count,
  },
  sample: {
    source: 'auth',
    sourceKind: 'sshd',
    lastAt: '2026-11-01T02:00:00Z',
    silentSeconds: 86_400,
    unread: 0,
    rules: 5,
  },
})
