import * as z from 'zod'
import { count, defineFact, line, name } from './fact.ts'

export const cronJobFact = defineFact({
  kind: 'cron_job',
  about: 'host',
  title: { de: 'Zeitauftrag', en: 'Scheduled job' },
  columns: {
    file: name,
    line: count,
    schedule: name,
    account: name,
    /** First word of the command; arguments may hold secrets and are left out. */
    program: line,
    /** The program or a folder above it can be written by somebody other than root and the job's account. */
    writableByOthers: z.boolean().nullable(),
  },
  sample: {
    file: '/etc/crontab',
    line: 17,
    schedule: '17 * * * *',
    account: 'root',
    program: '/usr/lib/backup',
    writableByOthers: false,
  },
})
