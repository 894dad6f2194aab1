import * as z from 'zod'
import { count, defineFact, name } from './fact.ts'

/** A column that looks as if secrets or card numbers were in it, in clear text. Never a value. */
export const fieldSuspectFact = defineFact({
  kind: 'field_suspect',
  about: 'postgres',
  title: { de: 'Spalte, die nach Geheimnissen aussieht', en: 'Column that looks like secrets' },
  columns: {
    database: name,
    relation: name,
    field: name,
    kind: z.enum(['api_key', 'private_key', 'token', 'entropy', 'card_number']),
    /** What it looks like: the name of a pattern. */
    pattern: name,
    /** Whether the column's name speaks of a secret. */
    named: z.boolean(),
    /** Values in the sample, as a power of ten that is not above it. */
    valuesAtLeast: count,
  },
  sample: {
    database: 'shop',
    relation: 'public.integration',
    field: 'api_key',
    kind: 'api_key',
    pattern: 'stripe',
    named: true,
    valuesAtLeast: 100,
  },
})
