import * as z from 'zod'
import { defineFact, name, names } from './fact.ts'

export const mountFact = defineFact({
  kind: 'mount',
  about: 'host',
  title: { de: 'Eingehängtes Dateisystem', en: 'Mounted file system' },
  columns: {
    target: name,
    source: name,
    type: name,
    options: names,
    /** On a dm-crypt device, directly or through LVM. Null: not on a block device of this host, or unknown. */
    encrypted: z.boolean().nullable(),
  },
  sample: {
    target: '/',
    source: '/dev/mapper/vg-root',
    type: 'ext4',
    options: ['rw', 'relatime'],
    encrypted: true,
  },
})
