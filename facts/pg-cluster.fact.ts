import * as z from 'zod'
import { count, defineFact, name, names } from './fact.ts'

export const pgClusterFact = defineFact({
  kind: 'pg_cluster',
  about: 'postgres',
  title: { de: 'PostgreSQL-Cluster', en: 'PostgreSQL cluster' },
  columns: {
    version: name,
    major: count,
    dataChecksums: z.boolean(),
    inRecovery: z.boolean(),
    tls: z.boolean(),
    /** Addresses it listens on; empty: Unix socket alone. */
    listenAddresses: names,
    port: count,
    /** True where the reading account may see password verifiers (superuser); otherwise password states are unknown. */
    seesPasswords: z.boolean(),
  },
  sample: {
    version: '18.4',
    major: 18,
    dataChecksums: true,
    inRecovery: false,
    tls: true,
    listenAddresses: ['*'],
    port: 5432,
    seesPasswords: true,
  },
})
