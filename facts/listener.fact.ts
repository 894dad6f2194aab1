import * as z from 'zod'
import { count, defineFact, name } from './fact.ts'

export const listenerFact = defineFact({
  kind: 'listener',
  about: 'host',
  title: { de: 'Lauschender Dienst', en: 'Listening service' },
  columns: {
    protocol: z.enum(['tcp', 'udp']),
    address: name,
    port: count,
    /** loopback: reachable from this host alone. any: every interface. one: a single address. */
    reach: z.enum(['loopback', 'any', 'one']),
    /** Null where the process could not be seen (other user's process, no root). */
    process: name.nullable(),
    account: name.nullable(),
  },
  sample: {
    protocol: 'tcp',
    address: '0.0.0.0',
    port: 22,
    reach: 'any',
    process: 'sshd',
    account: 'root',
  },
})
