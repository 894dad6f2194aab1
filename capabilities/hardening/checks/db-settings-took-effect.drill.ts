import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbSettingsTookEffectDrill = defineDrill({
  check: 'hardening.db-settings-took-effect',
  sandbox: 'postgres',
  title: { de: 'Eine geänderte Einstellung wartet auf einen Neustart', en: 'A changed setting waits for a restart' },
  expect: [{ resource: 'max_connections', reason: 'pending_restart' }],
  break: async (sandbox) => {
    await sandbox.sql('alter system set max_connections = 41')
    await sandbox.sql('select pg_reload_conf(), pg_sleep(0.2)')
  },
  mend: async (sandbox) => {
    await sandbox.sql('alter system reset max_connections')
    await sandbox.sql('select pg_reload_conf(), pg_sleep(0.2)')
  },
})
