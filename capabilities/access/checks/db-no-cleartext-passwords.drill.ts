import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Put before all other lines; the sandbox keeps line 1 for itself. */
const LINE = 'hostssl all drill_nobody 127.0.0.1/32 password'

export const dbNoCleartextPasswordsDrill = defineDrill({
  check: 'access.db-no-cleartext-passwords',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile der pg_hba.conf verlangt das Passwort im Klartext',
    en: 'A line of pg_hba.conf asks for the password in clear text',
  },
  expect: [{ resource: 'pg_hba.conf:2', reason: 'cleartext' }],
  break: async (sandbox) => sandbox.hba(`${LINE}\n${await sandbox.readHba()}`),
  mend: async (sandbox) => sandbox.hba((await sandbox.readHba()).replace(`${LINE}\n`, '')),
})
