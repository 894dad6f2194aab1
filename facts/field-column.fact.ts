import * as z from 'zod'
import { count, defineFact, name, names } from './fact.ts'

/** What was read of a column that is declared to hold ciphertext alone: counts and key ids, never a value. */
export const fieldColumnFact = defineFact({
  kind: 'field_column',
  about: 'postgres',
  title: { de: 'Als verschlüsselt erklärte Spalte', en: 'Column declared encrypted' },
  columns: {
    database: name,
    /** Schema and table as declared. */
    relation: name,
    field: name,
    /** Why nothing could be read; null: it was. */
    problem: z
      .enum([
        'no_database',
        'no_table',
        'no_column',
        'no_key_table',
        'denied',
        'row_security',
        'not_a_table',
        'timeout',
        'unreachable',
      ])
      .nullable(),
    /** False: random blocks, the newest blocks and the next stretch of the table were read. */
    whole: z.boolean(),
    /** Rows with a value that were read, as a power of ten that is not above it; 0: none. */
    readAtLeast: count,
    /** Envelopes of known keys are the rest. */
    clearText: count,
    unknownKey: count,
    /** Key ids that envelopes name. */
    keyIds: names,
    unknownKeyIds: names,
    /** Whether a unique index is on exactly the declared primary key. */
    rowKeyUnique: z.boolean(),
  },
  sample: {
    database: 'shop',
    relation: 'shop.integration',
    field: 'api_key',
    problem: null,
    whole: true,
    readAtLeast: 1000,
    clearText: 0,
    unknownKey: 0,
    keyIds: ['1', '2'],
    unknownKeyIds: [],
    rowKeyUnique: true,
  },
})
