import * as z from 'zod'
import { defineFact, mode, name } from './fact.ts'

export const filePermissionFact = defineFact({
  kind: 'file_permission',
  about: 'host',
  title: { de: 'Rechte einer wichtigen Datei', en: 'Permissions of an important file' },
  columns: {
    path: name,
    owner: name,
    groupName: name,
    mode: mode,
    kind: z.enum(['file', 'folder', 'link', 'other']),
  },
  sample: {
    path: '/etc/shadow',
    owner: 'root',
    groupName: 'shadow',
    mode: '0640',
    kind: 'file',
  },
})
