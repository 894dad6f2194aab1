import * as z from 'zod'
import { defineFact, mode, name } from './fact.ts'

export const keyFileFact = defineFact({
  kind: 'key_file',
  about: 'host',
  title: { de: 'Datei mit privatem Schlüssel', en: 'File with a private key' },
  columns: {
    path: name,
    owner: name,
    groupName: name,
    mode: mode,
    purpose: z.enum(['ssh-host', 'ssh-user', 'tls', 'other']),
    keyType: name.nullable(),
    /** The file itself is protected by a passphrase. */
    encrypted: z.boolean().nullable(),
  },
  sample: {
    path: '/etc/ssh/ssh_host_ed25519_key',
    owner: 'root',
    groupName: 'root',
    mode: '0600',
    purpose: 'ssh-host',
    keyType: 'ed25519',
    encrypted: false,
  },
})
