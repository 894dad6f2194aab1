import { asc } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, jsonb, pgSchema, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../../../connectors/postgres/testing/cluster.ts'
import { MemoryKeyProvider } from '../../../engines/fieldcrypt/memory-provider.ts'
import { encrypted } from '../core/encrypted.ts'
import { EncryptedPg } from '../pg/encrypted-pg.ts'
import { encryptedColumn, encryptedDrizzle, indexColumn } from './encrypted-drizzle.ts'

const integration = pgTable('integration', {
  id: text().primaryKey(),
  owner: text(),
  apiKey: encryptedColumn('api_key'),
  apiKeyIndex: indexColumn('api_key_index'),
})
const note = pgSchema('crm').table(
  'note',
  { company: text(), number: integer(), body: encryptedColumn(), more: jsonb() },
  (t) => [primaryKey({ columns: [t.company, t.number] })],
)
const declared = [
  encrypted({
    table: 'integration',
    column: 'api_key',
    index: { column: 'api_key_index', cardinality: { kind: 'random', bits: 160 } },
  }),
  encrypted({
    table: 'crm.note',
    column: 'body',
    primaryKey: ['company', 'number'],
    tenant: { column: 'company' },
    type: 'json',
  }),
]
let cluster: TestCluster
let pool: pg.Pool
let db: ReturnType<typeof drizzle>
let rows: ReturnType<typeof encryptedDrizzle>
beforeAll(async () => {
  cluster = await startTestCluster()
  await cluster.sql('create database app', 'postgres')
  pool = new pg.Pool({ connectionString: cluster.connectionString.replace('/postgres?', '/app?'), ssl: false })
  // Connections say goodbye while the cluster stops; that is no failure.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', () => undefined)
  db = drizzle(pool)
})
afterAll(async () => {
  await pool.end()
  await cluster.stop()
})
beforeEach(async () => {
  await pool.query(`drop schema if exists bergfried_fields cascade; drop table if exists integration; drop schema if exists crm cascade;
    create table integration (id text primary key, owner text, api_key bytea, api_key_index bytea); create schema crm;
    create table crm.note (company text, number int, body bytea, more jsonb, primary key (company, number));`)
  const base = new EncryptedPg({ pool, fields: declared, providers: [new MemoryKeyProvider()], now: () => new Date() })
  await base.prepare()
  rows = encryptedDrizzle(db, base.fields)
  await rows.insert(integration, [
    { id: '1', owner: 'a', apiKey: 'sk_one' },
    { id: '2', owner: 'b', apiKey: 'sk_two' },
    { id: '3', owner: null, apiKey: null },
  ])
})

describe('a table of Drizzle', () => {
  it('holds ciphertext and gives clear rows', async () => {
    const raw = await pool.query('select api_key, api_key_index from integration order by id')
    expect(raw.rows[0].api_key.subarray(0, 3).toString('hex')).toBe('bf0101')
    expect(raw.rows[2]).toEqual({ api_key: null, api_key_index: null })
    expect(await rows.select(integration)).toEqual([
      { id: '1', owner: 'a', apiKey: 'sk_one' },
      { id: '2', owner: 'b', apiKey: 'sk_two' },
      { id: '3', owner: null, apiKey: null },
    ])
  })

  it('is searched by equality and changed by its key', async () => {
    expect(await rows.select(integration, await rows.equals(integration, 'apiKey', 'sk_two'))).toMatchObject([
      { id: '2' },
    ])
    expect(await rows.update(integration, { id: '2' }, { apiKey: 'sk_new' })).toBe(true)
    expect(await rows.update(integration, { id: '8' }, { apiKey: 'sk_new' })).toBe(false)
    expect(await rows.select(integration, await rows.equals(integration, 'apiKey', 'sk_two'))).toEqual([])
    expect(await rows.select(integration, await rows.equals(integration, 'apiKey', 'sk_new'))).toEqual([
      { id: '2', owner: 'b', apiKey: 'sk_new' },
    ])
  })

  it('with a key of several columns, a tenant and JSON opens in a transaction', async () => {
    const read = await db.transaction(async (tx) => {
      const base = new EncryptedPg({
        pool,
        fields: declared,
        providers: [new MemoryKeyProvider()],
        now: () => new Date(),
      })
      const inside = encryptedDrizzle(tx, base.fields)
      await inside.insert(note, [{ company: 'acme', number: 1, body: { tags: ['x'] }, more: { a: 1 } }])
      await inside.update(note, { company: 'acme', number: 1 }, { body: [2] })
      return inside.select(note)
    })
    expect(read).toEqual([{ company: 'acme', number: 1, body: [2], more: { a: 1 } }])
  })

  it('refuses clear text where the helpers are forgotten', async () => {
    const clear = { id: '9', apiKey: Buffer.from('sk_clear') }
    await expect(Promise.resolve().then(() => db.insert(integration).values(clear))).rejects.toThrow(/only envelopes/)
    const change = () => db.update(integration).set({ apiKeyIndex: Buffer.from('sk_clear') })
    await expect(Promise.resolve().then(change)).rejects.toThrow(/blind index/)
    expect(await db.select({ id: integration.id }).from(integration).orderBy(asc(integration.id))).toHaveLength(3)
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['a row without its key', () => rows.insert(integration, [{ apiKey: 'x' }]), 'no_row_key'],
    ['a change of rows unknown', () => rows.update(integration, { owner: 'a' }, { apiKey: 'x' }), 'no_row_key'],
    ['a change of the key itself', () => rows.update(integration, { id: '1' }, { id: '7' }), 'no_row_key'],
    ['a search without an index', () => rows.equals(note, 'body', 'x', 'acme'), 'not_searchable'],
    ['a column that is not there', () => rows.insert(integration, [{ id: '8', nothing: 1 }]), 'not_declared'],
  ])('refuses %s', async (_, work, problem) => {
    await expect(work()).rejects.toMatchObject({ problem })
  })
})
