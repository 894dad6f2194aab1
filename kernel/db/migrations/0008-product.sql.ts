import { defineMigration } from '../migration.ts'

/** The product is a system, too: what it does itself is told in facts and judged like everything else. */
export const product = defineMigration({
  id: '0008-product',
  sql: `
alter table desk.system drop constraint system_kind_check;
alter table desk.system add constraint system_kind_check check (kind in ('host', 'postgres', 'endpoint', 'register', 'product'));
`,
})
