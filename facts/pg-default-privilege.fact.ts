import { defineFact, name, names } from './fact.ts'

export const pgDefaultPrivilegeFact = defineFact({
  kind: 'pg_default_privilege',
  about: 'postgres',
  title: { de: 'Voreingestelltes Recht', en: 'Default privilege' },
  columns: {
    database: name,
    role: name,
    schema: name.nullable(),
    objectKind: name,
    grantee: name,
    privileges: names,
  },
  sample: {
    database: 'shop',
    role: 'shop_owner',
    schema: null,
    objectKind: 'table',
    grantee: 'reporting',
    privileges: ['SELECT'],
  },
})
