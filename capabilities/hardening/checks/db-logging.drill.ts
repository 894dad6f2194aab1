import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbLoggingDrill = defineDrill({
  check: 'hardening.db-logging',
  sandbox: 'postgres',
  title: { de: 'Abmeldungen werden nicht mehr protokolliert', en: 'Disconnections are no longer logged' },
  expect: [{ resource: 'log_disconnections', reason: 'silent' }],
  break: async (sandbox) => {
    await sandbox.sql('alter system set log_disconnections = off')
    await sandbox.sql('select pg_reload_conf(), pg_sleep(0.2)')
  },
  mend: async (sandbox) => {
    await sandbox.sql('alter system reset log_disconnections')
    await sandbox.sql('select pg_reload_conf(), pg_sleep(0.2)')
  },
})
