import * as z from 'zod'
import { defineFact, line } from './fact.ts'

/** A log of a database server that was searched for made-up secrets. Never which, never a line of it. */
export const logCanaryFact = defineFact({
  kind: 'log_canary',
  about: 'host',
  title: { de: 'Protokoll, nach erfundenen Geheimnissen durchsucht', en: 'Log searched for made-up secrets' },
  columns: {
    path: line,
    state: z.enum(['clean', 'found', 'unreadable', 'too_large']),
  },
  sample: { path: '/var/log/postgresql/postgresql-15-main.log', state: 'clean' },
})
