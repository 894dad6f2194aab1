import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Put before all other lines; the sandbox keeps line 1 for itself. */
const LINE = 'host all drill_nobody 10.0.0.0/8 scram-sha-256'

export const dbRemoteNeedsTlsDrill = defineDrill({
  check: 'access.db-remote-needs-tls',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile der pg_hba.conf lässt ein fremdes Netz unverschlüsselt herein',
    en: 'A line of pg_hba.conf lets another network in unencrypted',
  },
  expect: [{ resource: 'pg_hba.conf:2', reason: 'clear_text' }],
  break: async (sandbox) => sandbox.hba(`${LINE}\n${await sandbox.readHba()}`),
  mend: async (sandbox) => sandbox.hba((await sandbox.readHba()).replace(`${LINE}\n`, '')),
})
