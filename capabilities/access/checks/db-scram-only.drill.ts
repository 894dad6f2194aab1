import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbScramOnlyDrill = defineDrill({
  check: 'access.db-scram-only',
  sandbox: 'postgres',
  title: { de: 'Ein Passwort wird als md5 gespeichert', en: 'A password is kept as md5' },
  expect: [{ resource: 'role drill_old', reason: 'md5_verifier' }],
  break: (sandbox) => sandbox.sql("set password_encryption = 'md5'; create role drill_old login password 'drill'"),
  mend: (sandbox) => sandbox.sql('reset password_encryption; drop role drill_old'),
})
