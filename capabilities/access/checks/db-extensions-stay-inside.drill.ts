import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbExtensionsStayInsideDrill = defineDrill({
  check: 'access.db-extensions-stay-inside',
  sandbox: 'postgres',
  title: { de: 'Eine Erweiterung führt zu anderen Servern', en: 'An extension leads to other servers' },
  expect: [{ resource: 'shop.dblink', reason: 'reaches_out' }],
  break: (sandbox) => sandbox.sql('create extension dblink'),
  mend: (sandbox) => sandbox.sql('drop extension dblink'),
})
