import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbSecurityDefinerIsSafeDrill = defineDrill({
  check: 'access.db-security-definer-is-safe',
  sandbox: 'postgres',
  title: {
    de: 'Die Funktion einer Ausgeschiedenen fällt an den Superuser und läuft nun mit dessen Rechten, für jeden',
    en: 'The function of somebody who left falls to the superuser and now runs with those rights, for everybody',
  },
  expect: [{ resource: 'shop.drill.lent()', reason: 'superuser_for_all' }],
  break: async (sandbox) => {
    await sandbox.sql('create role drill_leaver nologin; create schema drill authorization drill_leaver')
    await sandbox.sql(
      'set role drill_leaver; create function drill.lent() returns int security definer language sql as $$ select 1 $$; reset role',
    )
    await sandbox.sql('reassign owned by drill_leaver to current_user; drop role drill_leaver')
  },
  mend: (sandbox) => sandbox.sql('drop schema drill cascade'),
})
