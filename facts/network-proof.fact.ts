import * as z from 'zod'
import { day, defineFact, line, name } from './fact.ts'

/** What became of an intent on one host that it is about. */
export const networkProofFact = defineFact({
  kind: 'network_proof',
  about: 'product',
  title: { de: 'Beweis der Netztrennung', en: 'Proof of segmentation' },
  columns: {
    intent: name,
    segment: name,
    host: name,
    hook: z.enum(['input', 'forward']),
    owner: name,
    until: day.nullable(),
    verdict: z.enum(['proved', 'violated', 'undecided']),
    packet: line.nullable(),
    rule: line.nullable(),
    because: line.nullable(),
    /** The packet was sent through the real rules in a namespace of its own; `none`: there is none to send. */
    replay: z.enum(['confirmed', 'not_confirmed', 'cannot', 'none']),
  },
  sample: {
    intent: 'customer-data-from-app-alone',
    segment: 'customer-data',
    host: 'db-1',
    hook: 'input',
    owner: 'security-lead',
    until: null,
    verdict: 'proved',
    packet: null,
    rule: null,
    because: null,
    replay: 'none',
  },
})
