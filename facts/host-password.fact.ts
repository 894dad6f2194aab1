import * as z from 'zod'
import { day, defineFact, name } from './fact.ts'

export const hostPasswordFact = defineFact({
  kind: 'host_password',
  about: 'host',
  title: { de: 'Kennwortzustand eines Kontos', en: 'Password state of an account' },
  columns: {
    account: name,
    /** none: empty, anybody logs in. set: a hash is there. locked: a hash behind "!". disabled: no password can match. */
    state: z.enum(['none', 'set', 'locked', 'disabled']),
    /** Name of the hash scheme (yescrypt, sha512crypt, md5crypt, des ...), never the hash. */
    scheme: name.nullable(),
    changedOn: day.nullable(),
    maxDays: z.int().nullable(),
    /** Day on which the account itself ends (usermod -e); the only lock that also stops keys and certificates under PAM. */
    expiresOn: day.nullable(),
  },
  sample: {
    account: 'ada',
    state: 'set',
    scheme: 'yescrypt',
    changedOn: '2026-09-01',
    maxDays: 365,
    expiresOn: null,
  },
})
