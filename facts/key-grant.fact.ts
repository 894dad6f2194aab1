import { day, defineFact, instant, line, name, names } from './fact.ts'

/** A live grant of a key of fields, as the keeper opened it. */
export const keyGrantFact = defineFact({
  kind: 'key_grant',
  about: 'product',
  title: { de: 'Freigabe eines Schlüssels', en: 'Grant of a key' },
  columns: {
    number: name,
    key: name,
    holder: name,
    /** Who answers for the holder. */
    owner: name,
    need: line,
    approvedBy: names,
    begins: instant,
    ends: instant,
    lastUseOn: day.nullable(),
  },
  sample: {
    number: '6f1c2a34-0000-4000-8000-000000000000',
    key: 'customer-data',
    holder: 'shop-api',
    owner: 'anna@example.com',
    need: 'Ticket 4711',
    approvedBy: ['bert@example.com'],
    begins: '2026-11-01T08:00:00Z',
    ends: '2026-12-30T08:00:00Z',
    lastUseOn: '2026-11-22',
  },
})
