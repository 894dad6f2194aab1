import * as z from 'zod'
import { defineFact, instant, line, name } from './fact.ts'

/** An alert that nobody has acknowledged yet. */
export const openAlertFact = defineFact({
  kind: 'open_alert',
  about: 'product',
  title: { de: 'Offener Alarm', en: 'Open alert' },
  columns: {
    alert: name,
    rule: name,
    title: line,
    level: z.enum(['informational', 'low', 'medium', 'high', 'critical']),
    firstAt: instant,
  },
  sample: {
    alert: '00000000-0000-4000-8000-000000000001',
    rule: 'ssh_brute_force',
    title: 'Many failed sign-ins over SSH from one address',
    level: 'high',
    firstAt: '2026-11-01T02:00:00Z',
  },
})
