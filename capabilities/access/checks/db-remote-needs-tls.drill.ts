import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Set on a line of its own, where no other drill sets one; the sandbox keeps line 1 for itself. */
const LINE = 'host all drill_nobody 10.0.0.0/8 scram-sha-256'
const AT = 10

export const dbRemoteNeedsTlsDrill = defineDrill({
  check: 'access.db-remote-needs-tls',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile der pg_hba.conf lässt ein fremdes Netz unverschlüsselt herein',
    en: 'A line of pg_hba.conf lets another network in unencrypted',
  },
  expect: [{ resource: `pg_hba.conf:${AT}`, reason: 'clear_text' }],
  break: async (sandbox) => {
    const lines = (await sandbox.readHba()).split('\n')
    while (lines.length < AT - 1) lines.push('#')
    lines[AT - 2] = LINE
    await sandbox.hba(lines.join('\n'))
  },
  mend: async (sandbox) => {
    const text = await sandbox.readHba()
    await sandbox.hba(text.replace(LINE, '#').replace(/(\n#?)*$/, '\n'))
  },
})
