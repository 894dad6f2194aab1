import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbNoLoginWithoutPasswordDrill = defineDrill({
  check: 'access.db-no-login-without-password',
  sandbox: 'postgres',
  title: {
    de: 'Eine Rolle soll ein Passwort nennen und hat keines',
    en: 'A role is asked for a password and has none',
  },
  expect: [{ resource: 'drill_empty', reason: 'no_password' }],
  break: (sandbox) => sandbox.sql('create role drill_empty login'),
  mend: (sandbox) => sandbox.sql('drop role drill_empty'),
})
