import * as z from 'zod'
import { count, defineFact, name } from './fact.ts'

export const hostUserFact = defineFact({
  kind: 'host_user',
  about: 'host',
  title: { de: 'Benutzerkonto', en: 'User account' },
  columns: {
    account: name,
    uid: count,
    gid: count,
    home: name,
    shell: name,
    /** The shell lets somebody work: not nologin, false, sync, shutdown, halt. */
    loginShell: z.boolean(),
    /** Entry of a system range (uid below UID_MIN of login.defs, or 65534), other than root. */
    systemAccount: z.boolean(),
  },
  sample: {
    account: 'ada',
    uid: 1000,
    gid: 1000,
    home: '/home/ada',
    shell: '/bin/bash',
    loginShell: true,
    systemAccount: false,
  },
})
