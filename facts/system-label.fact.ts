import { defineFact, name } from './fact.ts'

export const systemLabelFact = defineFact({
  kind: 'system_label',
  about: 'any',
  title: { de: 'Kennzeichen aus der Konfiguration', en: 'Label from the configuration' },
  columns: {
    label: name,
    value: name,
  },
  sample: {
    label: 'data',
    value: 'customer',
  },
})
