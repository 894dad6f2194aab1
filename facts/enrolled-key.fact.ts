import { day, defineFact, name } from './fact.ts'

export const enrolledKeyFact = defineFact({
  kind: 'enrolled_key',
  about: 'register',
  title: { de: 'Hinterlegter Schlüssel einer Person', en: 'Key enrolled by a person' },
  columns: {
    owner: name,
    fingerprint: name,
    until: day.nullable(),
  },
  sample: {
    owner: 'p-1',
    fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDRWkN3F1R4Pqz1D0E',
    until: null,
  },
})
