import * as z from 'zod'
import type { DeclaredColumn } from '../collect/declared-column.ts'
import { because, fields, pattern } from '../yaml/shape.ts'

const NAME = z
  .string()
  .min(1)
  .max(63)
  .refine((text) => !text.includes('\0'))
const TABLE = pattern(/^[^.\0"]{1,63}\.[^.\0"]{1,63}$/, {
  de: 'Schema und Tabelle, etwa public.integration',
  en: 'schema and table, such as public.integration',
})

/** The key table that the adapters of this product make. */
const USUAL_KEY_TABLE = 'bergfried_fields.data_key'

/** Made-up secrets: long enough that nothing else is spelled like one. */
export const canaries = z
  .array(
    pattern(/^[A-Za-z0-9_-]{12,200}$/, {
      de: 'ein erfundenes Geheimnis aus mindestens 12 Buchstaben, Ziffern, _ und -',
      en: 'a made-up secret of at least 12 letters, digits, _ and -',
    }),
  )
  .max(20)
  .describe('Made-up secrets, written through your applications into encrypted columns; no log may hold one.')

const declared = fields({
  database: NAME.describe('Database of the cluster.'),
  table: TABLE.describe('Schema and table, such as public.integration.'),
  column: NAME,
  primaryKey: z.array(NAME).min(1).max(32).default(['id']).describe('Columns of the primary key.'),
  keys: z
    .array(
      z
        .int()
        .min(1)
        .max(2 ** 32 - 1),
    )
    .max(10_000)
    .default([])
    .describe('Key ids that may be in use; without them the key table says it.'),
  keyTable: TABLE.optional().describe(`Table with the wrapped data keys, ${USUAL_KEY_TABLE} where nothing is said.`),
})

export const declaredColumns = z
  .array(declared)
  .max(2000)
  .superRefine((list, context) => {
    const seen = new Set<string>()
    for (const [i, { database, table, column }] of list.entries()) {
      const key = JSON.stringify([database, table, column])
      if (seen.has(key))
        context.addIssue({
          code: 'custom',
          path: [i, 'column'],
          message: because({ de: `„${column}“ steht zweimal da`, en: `“${column}” is there twice` }),
        })
      seen.add(key)
    }
  })
  .default([])
  .describe('Columns that hold ciphertext alone: measured, and red where one does not.')

export const declaredOf = (list: z.output<typeof declaredColumns>): readonly DeclaredColumn[] =>
  list.map(({ table, keyTable, keys, ...rest }) => ({
    ...rest,
    ...named(table),
    keys,
    keyTable: keys.length > 0 && keyTable === undefined ? null : named(keyTable ?? USUAL_KEY_TABLE),
  }))

function named(text: string): { readonly schema: string; readonly table: string } {
  const [schema = '', table = ''] = text.split('.')
  return { schema, table }
}
