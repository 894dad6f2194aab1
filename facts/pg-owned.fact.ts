import { count, defineFact, name } from './fact.ts'

export const pgOwnedFact = defineFact({
  kind: 'pg_owned',
  about: 'postgres',
  title: { de: 'Eigentum an Objekten', en: 'Owned objects' },
  columns: {
    database: name,
    owner: name,
    objects: count,
  },
  sample: {
    database: 'shop',
    owner: 'shop_owner',
    objects: 12,
  },
})
