import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbNoGrantsToPublicDrill = defineDrill({
  check: 'access.db-no-grants-to-public',
  sandbox: 'postgres',
  title: { de: 'Eine Tabelle steht jeder Rolle offen', en: 'A table is open to every role' },
  expect: [{ resource: 'shop.public.drill_open -> PUBLIC', reason: 'object' }],
  break: (sandbox) =>
    sandbox.sql('create table public.drill_open (id int); grant select on public.drill_open to public'),
  mend: (sandbox) => sandbox.sql('drop table public.drill_open'),
})
