import { defineFact, name } from './fact.ts'

export const hostInitFact = defineFact({
  kind: 'host_init',
  about: 'host',
  title: { de: 'Init-System', en: 'Init system' },
  columns: {
    init: name,
  },
  sample: {
    init: 'systemd',
  },
})
