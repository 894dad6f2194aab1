import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbDefaultPrivilegesAreNarrowDrill = defineDrill({
  check: 'access.db-default-privileges-are-narrow',
  sandbox: 'postgres',
  title: { de: 'Jede neue Tabelle soll allen offenstehen', en: 'Every new table shall be open to everybody' },
  expect: [{ resource: 'shop: drill_owner -> PUBLIC (table)', reason: 'everybody' }],
  break: async (sandbox) => {
    await sandbox.sql('create role drill_owner nologin')
    await sandbox.sql('alter default privileges for role drill_owner grant select on tables to public')
  },
  mend: async (sandbox) => {
    await sandbox.sql('alter default privileges for role drill_owner revoke select on tables from public')
    await sandbox.sql('drop role drill_owner')
  },
})
