import * as z from 'zod'
import { day, defineFact, line, name } from './fact.ts'

export const entitlementFact = defineFact({
  kind: 'entitlement',
  about: 'register',
  title: { de: 'Freigabe', en: 'Entitlement' },
  columns: {
    targetSystem: name,
    account: name,
    privilege: z.enum(['os', 'firewall', 'database', 'keys', 'network']),
    need: line,
    approvedBy: name,
    until: day.nullable(),
  },
  sample: {
    targetSystem: '*',
    account: 'ada',
    privilege: 'os',
    need: 'runs the servers',
    approvedBy: 'p-2',
    until: '2027-01-01',
  },
})
