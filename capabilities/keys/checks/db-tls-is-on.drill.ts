import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbTlsIsOnDrill = defineDrill({
  check: 'keys.db-tls-is-on',
  sandbox: 'postgres',
  title: { de: 'Die Datenbank lässt TLS 1.0 zu', en: 'The database admits TLS 1.0' },
  expect: [{ resource: 'ssl_min_protocol_version', reason: 'old' }],
  break: async (sandbox) => {
    await sandbox.sql("alter system set ssl_min_protocol_version = 'TLSv1'")
    await sandbox.sql('select pg_reload_conf(), pg_sleep(0.2)')
  },
  mend: async (sandbox) => {
    await sandbox.sql('alter system reset ssl_min_protocol_version')
    await sandbox.sql('select pg_reload_conf(), pg_sleep(0.2)')
  },
})
