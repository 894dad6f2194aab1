import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const accountOwnerFact = defineFact({
  kind: 'account_owner',
  about: 'register',
  title: { de: 'Zuordnung eines Kontos', en: 'Owner of an account' },
  columns: {
    /** Name of the system, or * for all. */
    targetSystem: name,
    account: name,
    ownerKind: z.enum(['person', 'service']),
    owner: name,
  },
  sample: {
    targetSystem: '*',
    account: 'ada',
    ownerKind: 'person',
    owner: 'p-1',
  },
})
