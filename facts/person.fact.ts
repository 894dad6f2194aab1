import * as z from 'zod'
import { day, defineFact, line, name } from './fact.ts'

export const personFact = defineFact({
  kind: 'person',
  about: 'register',
  title: { de: 'Person', en: 'Person' },
  columns: {
    person: name,
    displayName: line,
    email: name.nullable(),
    status: z.enum(['active', 'left']),
    startsOn: day.nullable(),
    endsOn: day.nullable(),
  },
  sample: {
    person: 'p-1',
    displayName: 'Person 1',
    email: null,
    status: 'active',
    startsOn: '2025-01-01',
    endsOn: null,
  },
})
