import { defineFact, line, name } from './fact.ts'

export const sysctlFact = defineFact({
  kind: 'sysctl',
  about: 'host',
  title: { de: 'Kernelparameter', en: 'Kernel parameter' },
  columns: {
    name: name,
    value: line,
  },
  sample: {
    name: 'net.ipv4.ip_forward',
    value: '0',
  },
})
