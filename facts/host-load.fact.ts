import * as z from 'zod'
import { defineFact } from './fact.ts'

export const hostLoadFact = defineFact({
  kind: 'host_load',
  about: 'host',
  title: { de: 'Auslastung', en: 'Load' },
  columns: {
    /** Load average over 15 minutes per processor, one decimal. */
    loadPerCpu: z.number().min(0),
    memoryUsedPercent: z.int().min(0).max(100),
    swapUsedPercent: z.int().min(0).max(100),
  },
  sample: {
    loadPerCpu: 0.3,
    memoryUsedPercent: 40,
    swapUsedPercent: 0,
  },
})
