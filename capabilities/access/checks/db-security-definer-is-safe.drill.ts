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
    await sandbox.sql('create role drill_author nologin; create schema drill authorization drill_author')
    await sandbox.sql(
      'set role drill_author; create function drill.lent() returns int security definer language sql as $$ select 1 $$; reset role',
    )
    await sandbox.sql('reassign owned by drill_author to current_user; drop role drill_author')
  },
  mend: (sandbox) => sandbox.sql('drop schema drill cascade'),
})
