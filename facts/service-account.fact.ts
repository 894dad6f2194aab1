import { defineFact, line, name } from './fact.ts'

export const serviceAccountFact = defineFact({
  kind: 'service_account',
  about: 'register',
  title: { de: 'Dienstkonto', en: 'Service account' },
  columns: {
    service: name,
    purpose: line,
    /** Person who answers for it. */
    owner: name,
  },
  sample: {
    service: 'backup',
    purpose: 'nightly backup',
    owner: 'p-1',
  },
})
