import { defineFact, name, names } from './fact.ts'

export const staleProcessFact = defineFact({
  kind: 'stale_process',
  about: 'host',
  title: { de: 'Prozess mit gelöschter Bibliothek', en: 'Process that maps a deleted library' },
  columns: {
    process: name,
    account: name,
    libraries: names,
  },
  sample: {
    process: 'sshd',
    account: 'root',
    libraries: ['/usr/lib/x86_64-linux-gnu/libcrypto.so.3'],
  },
})
