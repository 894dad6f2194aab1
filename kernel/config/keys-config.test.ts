import { expect, it } from 'vitest'
import { parseConfig } from './config.ts'

const config = (fields: string) =>
  parseConfig(
    `systems:\n  - name: shop-db\n    kind: postgres\n    connection: postgres://r@db/postgres\n    fields: ${fields}\n`,
    '/etc/bergfried/bergfried.yaml',
    'en',
  ).systems[0]

it('a declared column has its primary key and the key table of the adapters where nothing is said', () => {
  expect(config('[{ database: shop, table: public.integration, column: api_key }]')).toMatchObject({
    fields: [
      {
        ...{
          database: 'shop',
          schema: 'public',
          table: 'integration',
          column: 'api_key',
          primaryKey: ['id'],
          keys: [],
        },
        keyTable: { schema: 'bergfried_fields', table: 'data_key' },
      },
    ],
  })
  const said = '[{ database: shop, table: a.b, column: c, primaryKey: [x, y], keys: [1, 2] }]'
  expect(config(said)).toMatchObject({ fields: [{ primaryKey: ['x', 'y'], keys: [1, 2], keyTable: null }] })
})

it.each([
  ['[{ database: shop, table: integration, column: c }]', /schema and table/],
  ['[{ database: shop, table: a.b, column: c }, { database: shop, table: a.b, column: c }]', /twice/],
  ['[{ database: shop, table: a.b, column: c, keys: [0] }]', /keys/],
])('refuses %s', (fields, reason) => {
  expect(() => config(fields)).toThrow(reason)
})
