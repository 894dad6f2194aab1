import { defineFact, mode, name } from './fact.ts'

export const setuidFileFact = defineFact({
  kind: 'setuid_file',
  about: 'host',
  title: { de: 'Setuid- oder Setgid-Datei', en: 'Setuid or setgid file' },
  columns: {
    path: name,
    mode: mode,
    owner: name,
    groupName: name,
    /** Debian package that owns the file; null: none does. */
    package: name.nullable(),
  },
  sample: {
    path: '/usr/bin/sudo',
    mode: '4755',
    owner: 'root',
    groupName: 'root',
    package: 'sudo',
  },
})
