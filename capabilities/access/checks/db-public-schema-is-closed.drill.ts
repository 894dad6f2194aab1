import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbPublicSchemaIsClosedDrill = defineDrill({
  check: 'access.db-public-schema-is-closed',
  sandbox: 'postgres',
  title: { de: 'Jeder darf im Schema public anlegen', en: 'Everybody may create in the schema public' },
  expect: [{ resource: 'shop.public', reason: 'open' }],
  break: (sandbox) => sandbox.sql('grant create on schema public to public'),
  mend: (sandbox) => sandbox.sql('revoke create on schema public from public'),
})
