import * as z from 'zod'
import { defineFact, line, name } from './fact.ts'

/** Two firewalls that are meant to do the same. */
export const firewallPairFact = defineFact({
  kind: 'firewall_pair',
  about: 'product',
  title: { de: 'Redundante Firewalls', en: 'Redundant firewalls' },
  columns: { a: name, b: name, verdict: z.enum(['equal', 'different', 'undecided']), because: line.nullable() },
  sample: { a: 'fw-1', b: 'fw-2', verdict: 'equal', because: null },
})
