import * as z from 'zod'
import { defineFact, name, names } from './fact.ts'

export const pgGrantFact = defineFact({
  kind: 'pg_grant',
  about: 'postgres',
  title: { de: 'Objektrecht', en: 'Object privilege' },
  columns: {
    database: name,
    schema: name,
    object: name,
    objectKind: z.enum(['table', 'view', 'sequence', 'function', 'schema', 'foreign']),
    /** A role, or PUBLIC. */
    grantee: name,
    privileges: names,
    grantable: z.boolean(),
  },
  sample: {
    database: 'shop',
    schema: 'public',
    object: 'customer',
    objectKind: 'table',
    grantee: 'reporting',
    privileges: ['SELECT'],
    grantable: false,
  },
})
