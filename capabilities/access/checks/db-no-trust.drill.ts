import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Put before all other lines; the sandbox keeps line 1 for itself. */
const LINE = 'host all drill_nobody 127.0.0.1/32 trust'

export const dbNoTrustDrill = defineDrill({
  check: 'access.db-no-trust',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile der pg_hba.conf glaubt einer Rolle ohne Nachweis',
    en: 'A line of pg_hba.conf believes a role without proof',
  },
  expect: [{ resource: 'pg_hba.conf:2', reason: 'trust_network' }],
  break: async (sandbox) => sandbox.hba(`${LINE}\n${await sandbox.readHba()}`),
  mend: async (sandbox) => sandbox.hba((await sandbox.readHba()).replace(`${LINE}\n`, '')),
})
