import * as z from 'zod'
import { count, defineFact, name } from './fact.ts'

export const pgSessionFact = defineFact({
  kind: 'pg_session',
  about: 'postgres',
  title: { de: 'Bestehende Verbindungen', en: 'Live connections' },
  columns: {
    role: name,
    database: name.nullable(),
    /** Client address, or null over the Unix socket. */
    client: name.nullable(),
    tls: z.boolean(),
    tlsVersion: name.nullable(),
    sessions: count,
  },
  sample: {
    role: 'shop',
    database: 'shop',
    client: '10.0.0.7',
    tls: true,
    tlsVersion: 'TLSv1.3',
    sessions: 4,
  },
})
