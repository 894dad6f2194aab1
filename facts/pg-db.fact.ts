import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const pgDbFact = defineFact({
  kind: 'pg_db',
  about: 'postgres',
  title: { de: 'Datenbank', en: 'Database' },
  columns: {
    database: name,
    owner: name,
    allowsConnections: z.boolean(),
    publicConnect: z.boolean(),
    publicCreate: z.boolean(),
    isTemplate: z.boolean(),
  },
  sample: {
    database: 'shop',
    owner: 'shop_owner',
    allowsConnections: true,
    publicConnect: false,
    publicCreate: false,
    isTemplate: false,
  },
})
