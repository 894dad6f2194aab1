import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const pendingUpdateFact = defineFact({
  kind: 'pending_update',
  about: 'host',
  title: { de: 'Ausstehende Aktualisierung', en: 'Pending update' },
  columns: {
    package: name,
    installedVersion: name,
    security: z.boolean(),
  },
  sample: {
    package: 'openssl',
    installedVersion: '3.0.15-1~deb12u1',
    security: true,
  },
})
