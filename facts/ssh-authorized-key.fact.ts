import * as z from 'zod'
import { count, defineFact, line, name, names } from './fact.ts'

export const sshAuthorizedKeyFact = defineFact({
  kind: 'ssh_authorized_key',
  about: 'host',
  title: { de: 'Hinterlegter SSH-Schlüssel', en: 'Authorised SSH key' },
  columns: {
    account: name,
    file: name,
    line: count,
    keyType: name,
    bits: count.nullable(),
    /** SHA256:... as ssh-keygen -l prints it. */
    fingerprint: name,
    comment: line,
    /** Option names with their values; the value of command= is left out. */
    options: names,
    certAuthority: z.boolean(),
  },
  sample: {
    account: 'ada',
    file: '/home/ada/.ssh/authorized_keys',
    line: 1,
    keyType: 'ssh-ed25519',
    bits: 256,
    fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDRWkN3F1R4Pqz1D0E',
    comment: 'ada@laptop',
    options: [],
    certAuthority: false,
  },
})
