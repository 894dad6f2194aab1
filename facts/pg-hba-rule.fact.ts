import { count, defineFact, line, name, names } from './fact.ts'

export const pgHbaRuleFact = defineFact({
  kind: 'pg_hba_rule',
  about: 'postgres',
  title: { de: 'Zeile der pg_hba.conf', en: 'Line of pg_hba.conf' },
  columns: {
    line: count,
    file: name,
    type: name,
    databases: names,
    roles: names,
    address: name.nullable(),
    netmask: name.nullable(),
    method: name,
    options: names,
    error: line.nullable(),
  },
  sample: {
    line: 10,
    file: 'pg_hba.conf',
    type: 'hostssl',
    databases: ['all'],
    roles: ['all'],
    address: '10.0.0.0',
    netmask: '255.0.0.0',
    method: 'scram-sha-256',
    options: [],
    error: null,
  },
})
