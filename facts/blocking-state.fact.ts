import * as z from 'zod'
import { count, defineFact, name } from './fact.ts'

/** Whether attackers are kept out, and whether the kernel does what was decided. One row. */
export const blockingStateFact = defineFact({
  kind: 'blocking_state',
  about: 'product',
  title: { de: 'Sperren von Angreifern', en: 'Keeping attackers out' },
  columns: {
    mode: z.enum(['off', 'dry-run', 'armed']),
    decided: count,
    /** Null: the kernel was not asked or did not answer. */
    enforced: count.nullable(),
    problem: name.nullable(),
  },
  sample: { mode: 'armed', decided: 12, enforced: 12, problem: null },
})
