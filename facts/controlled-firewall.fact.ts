import * as z from 'zod'
import { count, defineFact, instant, line, name } from './fact.ts'

/** A firewall that is changed through this product: one row per host. */
export const controlledFirewallFact = defineFact({
  kind: 'controlled_firewall',
  about: 'product',
  title: { de: 'Firewall unter Freigabe', en: 'Firewall under approval' },
  columns: {
    host: name,
    /** What is in force held against what was confirmed last; never: nothing was confirmed yet. */
    meaning: z.enum(['equal', 'different', 'undecided', 'never']),
    /** Program, pid, account and time of whoever changed it outside, where the host saw it. */
    changedBy: line.nullable(),
    rules: count,
    /** Rules without an owner or a reason. */
    ownerless: count,
    /** Rules whose expiry has passed. */
    expired: count,
    reviewDue: instant,
  },
  sample: {
    host: 'gw-1',
    meaning: 'equal',
    changedBy: null,
    rules: 12,
    ownerless: 0,
    expired: 0,
    reviewDue: '2027-11-01T00:00:00Z',
  },
})
