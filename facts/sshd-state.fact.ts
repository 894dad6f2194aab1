import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const sshdStateFact = defineFact({
  kind: 'sshd_state',
  about: 'host',
  title: { de: 'SSH-Dienst', en: 'SSH service' },
  columns: {
    installed: z.boolean(),
    running: z.boolean(),
    version: name.nullable(),
  },
  sample: {
    installed: true,
    running: true,
    version: 'OpenSSH_9.2p1',
  },
})
