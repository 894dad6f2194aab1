import { count, defineFact, name } from './fact.ts'

/** How far a database was searched for secrets and card numbers in columns that nobody declared. */
export const fieldSearchFact = defineFact({
  kind: 'field_search',
  about: 'postgres',
  title: { de: 'Suche nach Geheimnissen in Spalten', en: 'Search of columns for secrets' },
  columns: {
    database: name,
    /** Columns that can hold text or numbers of cards, sampled. */
    searched: count,
    /** Those that could not be read, timed out or were too many. */
    leftOut: count,
  },
  sample: { database: 'shop', searched: 40, leftOut: 0 },
})
