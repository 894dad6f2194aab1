import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const timeSyncFact = defineFact({
  kind: 'time_sync',
  about: 'host',
  title: { de: 'Zeitabgleich', en: 'Time synchronisation' },
  columns: {
    /** chronyd, ntpd, systemd-timesyncd, or null where none runs. */
    daemon: name.nullable(),
    /** Null: the daemon runs, but whether it is synchronised cannot be read. */
    synchronised: z.boolean().nullable(),
  },
  sample: {
    daemon: 'chronyd',
    synchronised: true,
  },
})
