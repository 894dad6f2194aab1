import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Put before all other lines; the sandbox keeps line 1 for itself. */
const LINE = 'hots all drill_nobody 127.0.0.1/32 reject'

export const dbHbaIsValidDrill = defineDrill({
  check: 'access.db-hba-is-valid',
  sandbox: 'postgres',
  title: { de: 'Ein Tippfehler in der pg_hba.conf', en: 'A typing error in pg_hba.conf' },
  expect: [{ resource: 'pg_hba.conf:2', reason: 'invalid' }],
  break: async (sandbox) => sandbox.hba(`${LINE}\n${await sandbox.readHba()}`),
  mend: async (sandbox) => sandbox.hba((await sandbox.readHba()).replace(`${LINE}\n`, '')),
})
