import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Set on a line of its own, where no other drill sets one; the sandbox keeps line 1 for itself. */
const LINE = 'host all drill_nobody 127.0.0.1/32 trust'
const AT = 8

export const dbNoTrustDrill = defineDrill({
  check: 'access.db-no-trust',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile der pg_hba.conf glaubt einer Rolle ohne Nachweis',
    en: 'A line of pg_hba.conf believes a role without proof',
  },
  expect: [{ resource: `pg_hba.conf:${AT}`, reason: 'trust_network' }],
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
