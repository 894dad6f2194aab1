import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const filesystemUsageFact = defineFact({
  kind: 'filesystem_usage',
  about: 'host',
  title: { de: 'Belegung eines Dateisystems', en: 'Usage of a file system' },
  columns: {
    target: name,
    usedPercent: z.int().min(0).max(100),
    inodesUsedPercent: z.int().min(0).max(100),
  },
  sample: {
    target: '/',
    usedPercent: 40,
    inodesUsedPercent: 10,
  },
})
