import * as z from 'zod'
import { count, defineFact, instant, name, names } from './fact.ts'

export const pgRoleFact = defineFact({
  kind: 'pg_role',
  about: 'postgres',
  title: { de: 'PostgreSQL-Rolle', en: 'PostgreSQL role' },
  columns: {
    role: name,
    oid: count,
    canLogin: z.boolean(),
    superuser: z.boolean(),
    createRole: z.boolean(),
    createDb: z.boolean(),
    replication: z.boolean(),
    bypassRls: z.boolean(),
    inherits: z.boolean(),
    connectionLimit: z.int(),
    validUntil: instant.nullable(),
    /** Every role it is a member of, directly or through others. */
    memberOf: names,
    /** scram, md5, none (no password set), unknown (not allowed to see). */
    password: z.enum(['scram', 'md5', 'none', 'unknown']),
    /** pg_* roles and the bootstrap superuser. */
    builtIn: z.boolean(),
  },
  sample: {
    role: 'ada',
    oid: 16400,
    canLogin: true,
    superuser: false,
    createRole: false,
    createDb: false,
    replication: false,
    bypassRls: false,
    inherits: true,
    connectionLimit: -1,
    validUntil: null,
    memberOf: [],
    password: 'scram',
    builtIn: false,
  },
})
