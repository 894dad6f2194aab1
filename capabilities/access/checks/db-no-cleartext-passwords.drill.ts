import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Set on a line of its own, where no other drill sets one; the sandbox keeps line 1 for itself. */
const LINE = 'hostssl all drill_nobody 127.0.0.1/32 password'
const AT = 9

export const dbNoCleartextPasswordsDrill = defineDrill({
  check: 'access.db-no-cleartext-passwords',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile der pg_hba.conf verlangt das Passwort im Klartext',
    en: 'A line of pg_hba.conf asks for the password in clear text',
  },
  expect: [{ resource: `pg_hba.conf:${AT}`, reason: 'cleartext' }],
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
