import { defineFact, name } from './fact.ts'

export const kernelModuleFact = defineFact({
  kind: 'kernel_module',
  about: 'host',
  title: { de: 'Geladenes Kernelmodul', en: 'Loaded kernel module' },
  columns: {
    module: name,
  },
  sample: {
    module: 'ext4',
  },
})
