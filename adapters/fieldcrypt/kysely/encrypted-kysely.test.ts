import { type Generated, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../../../connectors/postgres/testing/cluster.ts'
import { MemoryKeyProvider } from '../../../engines/fieldcrypt/memory-provider.ts'
import { encrypted } from '../core/encrypted.ts'
import { EncryptedPg } from '../pg/encrypted-pg.ts'
import { encryptedKysely } from './encrypted-kysely.ts'

interface Tables {
  integration: { id: string; owner: string | null; api_key: string | null; api_key_index: Generated<Buffer | null> }
  'crm.note': {
    company: string
    number: number
    body: unknown
    code: string | null
    code_index: Generated<Buffer | null>
  }
}

const random = { kind: 'random', bits: 160 } as const
const declared = [
  encrypted({ table: 'integration', column: 'api_key', index: { column: 'api_key_index', cardinality: random } }),
  encrypted({
    table: 'crm.note',
    column: 'body',
    primaryKey: ['company', 'number'],
    tenant: { column: 'company' },
    type: 'json',
  }),
  encrypted({
    table: 'crm.note',
    column: 'code',
    primaryKey: ['company', 'number'],
    tenant: { column: 'company' },
    index: { column: 'code_index', cardinality: random },
  }),
]
const providers = [new MemoryKeyProvider()] as const
let cluster: TestCluster
let pool: pg.Pool
let db: Kysely<Tables>
let plain: Kysely<Tables>
beforeAll(async () => {
  cluster = await startTestCluster()
  await cluster.sql('create database app', 'postgres')
  pool = new pg.Pool({ connectionString: cluster.connectionString.replace('/postgres?', '/app?'), ssl: false })
  // Connections say goodbye while the cluster stops; that is no failure.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', () => undefined)
})
afterAll(async () => {
  await pool.end()
  await cluster.stop()
})
beforeEach(async () => {
  await pool.query(`drop schema if exists bergfried_fields cascade; drop table if exists integration; drop schema if exists crm cascade;
    create table integration (id bigint primary key, owner text, api_key bytea, api_key_index bytea); create schema crm;
    create table crm.note (company text, number int, body bytea, code bytea, code_index bytea, primary key (company, number));`)
  const base = new EncryptedPg({ pool, fields: declared, providers, now: () => new Date(), refreshMs: 60_000 })
  await base.prepare()
  db = new Kysely<Tables>(encryptedKysely(new PostgresDialect({ pool }), base.fields))
  plain = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await db
    .insertInto('integration')
    .values([
      { id: '1', owner: 'a', api_key: 'sk_one' },
      { id: '2', owner: 'b', api_key: 'sk_two' },
      { id: '3', owner: null, api_key: null },
    ])
    .execute()
})

describe('a query of Kysely', () => {
  it('stores ciphertext and gives clear values, with all columns, with some, under other names', async () => {
    const raw = await pool.query('select api_key, api_key_index from integration order by id')
    expect(raw.rows[0].api_key.subarray(0, 3).toString('hex')).toBe('bf0101')
    expect(raw.rows[0].api_key_index).toHaveLength(32)
    expect(raw.rows[2]).toEqual({ api_key: null, api_key_index: null })
    expect(await db.selectFrom('integration').selectAll().orderBy('id').execute()).toEqual([
      { id: '1', owner: 'a', api_key: 'sk_one' },
      { id: '2', owner: 'b', api_key: 'sk_two' },
      { id: '3', owner: null, api_key: null },
    ])
    const named = db
      .selectFrom('integration as i')
      .select(['i.id as nr', 'i.api_key as secret'])
      .where('i.id', '=', '2')
    expect(await named.execute()).toEqual([{ nr: '2', secret: 'sk_two' }])
    expect(
      await db
        .selectFrom('integration')
        .select((e) => e.fn.countAll().as('n'))
        .execute(),
    ).toEqual([{ n: '3' }])
  })

  it('finds by equality through the index, and by whether there is a value', async () => {
    const found = db.selectFrom('integration').select(['id', 'api_key']).where('api_key', '=', 'sk_two')
    expect(found.compile().sql).toContain('"api_key_index" = any($1)')
    expect(await found.execute()).toEqual([{ id: '2', api_key: 'sk_two' }])
    expect(await db.selectFrom('integration').select('id').where('api_key', 'is', null).execute()).toEqual([
      { id: '3' },
    ])
    expect(await db.deleteFrom('integration').where('api_key', '=', 'sk_one').returning('owner').execute()).toEqual([
      { owner: 'a' },
    ])
  })

  it('gives back what it inserted, changed and deleted', async () => {
    const row = { id: '9', owner: 'z', api_key: 'new' }
    expect(await db.insertInto('integration').values(row).returning(['id', 'api_key']).execute()).toEqual([
      { id: '9', api_key: 'new' },
    ])
    const update = db.updateTable('integration').set({ api_key: 'newer', owner: 'y' }).where('id', '=', '9')
    expect(await update.returningAll().execute()).toEqual([{ id: '9', owner: 'y', api_key: 'newer' }])
    expect(await db.selectFrom('integration').select('owner').where('api_key', '=', 'newer').execute()).toEqual([
      { owner: 'y' },
    ])
    await db.updateTable('integration').set({ api_key: null }).where('id', '=', '9').execute()
    const gone = await db.deleteFrom('integration').where('id', '=', '9').returningAll().execute()
    expect(gone).toEqual([{ id: '9', owner: 'y', api_key: null }])
  })

  it('opens columns of joined tables, with keys of several columns, tenants and JSON, in a transaction', async () => {
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('crm.note')
        .values([
          { company: 'a', number: 1, body: { tags: ['x'] }, code: 'c1' },
          { company: 'b', number: 1, body: null, code: 'c1' },
        ])
        .execute()
    })
    const joined = db
      .selectFrom('crm.note as n')
      .innerJoin('integration as i', 'i.owner', 'n.company')
      .select(['n.company', 'n.number', 'n.body', 'n.code', 'i.id', 'i.api_key as secret'])
      .where('n.company', '=', 'a')
      .where('n.code', '=', 'c1')
    expect(await joined.execute()).toEqual([
      { company: 'a', number: 1, body: { tags: ['x'] }, code: 'c1', id: '1', secret: 'sk_one' },
    ])
    const update = db
      .updateTable('crm.note')
      .set({ body: { n: 2 } })
      .where('company', '=', 'b')
      .where('number', '=', 1)
    expect((await update.executeTakeFirst()).numUpdatedRows).toBe(1n)
    expect(await db.selectFrom('crm.note').selectAll().orderBy('company').execute()).toMatchObject([
      { body: { tags: ['x'] } },
      { company: 'b', body: { n: 2 }, code: 'c1' },
    ])
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['order', () => db.selectFrom('integration').selectAll().orderBy('api_key').execute(), 'not_searchable'],
    [
      'order by its other name',
      () => db.selectFrom('integration').select(['id', 'api_key as k']).orderBy('k').execute(),
      'not_searchable',
    ],
    [
      'like',
      () => db.selectFrom('integration').select('id').where('api_key', 'like', 'sk%').execute(),
      'not_searchable',
    ],
    [
      'in',
      () => db.selectFrom('integration').select('id').where('api_key', 'in', ['sk_one']).execute(),
      'not_searchable',
    ],
    [
      'group',
      () => db.selectFrom('integration').select('owner').groupBy(['owner', 'api_key']).execute(),
      'not_searchable',
    ],
    [
      'a function',
      () =>
        db
          .selectFrom('integration')
          .select((e) => e.fn.max('api_key').as('m'))
          .execute(),
      'not_searchable',
    ],
    [
      'equality without an index',
      () => db.selectFrom('crm.note').select('number').where('body', '=', 'x').execute(),
      'not_searchable',
    ],
    [
      'equality without a tenant',
      () => db.selectFrom('crm.note').select('number').where('code', '=', 'x').execute(),
      'no_row_key',
    ],
    [
      'a part of a query that selects it',
      () =>
        db
          .with('w', (q) => q.selectFrom('integration').selectAll())
          .selectFrom('w')
          .selectAll()
          .execute(),
      'not_searchable',
    ],
    ['selecting it without the key', () => db.selectFrom('integration').select('api_key').execute(), 'no_row_key'],
    [
      'changing it in rows unknown',
      () => db.updateTable('integration').set({ api_key: 'x' }).where('owner', '=', 'a').execute(),
      'no_row_key',
    ],
    [
      'changing the key it is bound to',
      () => db.updateTable('integration').set({ id: '7' }).where('id', '=', '1').execute(),
      'no_row_key',
    ],
    [
      'an expression for it',
      () => db.updateTable('integration').set({ api_key: sql<string>`'x'` }).where('id', '=', '1').execute(),
      'wrong_type',
    ],
    [
      'a row without its key',
      () => db.insertInto('integration').values({ id: sql<string>`8`, owner: 'x', api_key: 'x' }).execute(),
      'no_row_key',
    ],
    [
      'a row out of a query',
      () =>
        db
          .insertInto('integration')
          .columns(['id', 'api_key'])
          .expression((e) => e.selectFrom('integration').select([sql<string>`8`.as('i'), sql<string>`null`.as('k')]))
          .execute(),
      'no_row_key',
    ],
    [
      'replacing on conflict',
      () =>
        db
          .insertInto('integration')
          .values({ id: '1', owner: null, api_key: 'x' })
          .onConflict((c) => c.column('id').doUpdateSet({ api_key: 'x' }))
          .execute(),
      'no_row_key',
    ],
  ])('that asks ciphertext for %s is refused', async (_, run, problem) => {
    await expect(Promise.resolve().then(run)).rejects.toMatchObject({ name: 'FieldError', problem })
  })

  it('whose markers come to another dialect sends nothing', async () => {
    const query = db.insertInto('integration').values({ id: '7', owner: 'x', api_key: 'sk_clear' }).compile()
    expect(JSON.stringify(query.parameters.map(String))).not.toContain('sk_clear')
    await expect(plain.executeQuery(query)).rejects.toMatchObject({ problem: 'not_declared' })
  })

  it('gives clear values of rows that are still to be encrypted, and asks for their column', async () => {
    const moving = encrypted({ table: 'integration', column: 'api_key', clear: 'plain' })
    const base = new EncryptedPg({
      pool,
      fields: [moving],
      providers,
      now: () => new Date(),
    })
    const old = new Kysely<{ integration: { id: string; api_key: string | null; plain?: string | null } }>(
      encryptedKysely(new PostgresDialect({ pool }), base.fields),
    )
    await pool.query(`alter table integration add plain text; delete from integration where id < 3;
      update integration set plain = 'sk_old' where id = 3`)
    await old.insertInto('integration').values({ id: '4', api_key: 'sk_new' }).execute()
    const both = old.selectFrom('integration').select(['id', 'api_key', 'plain']).orderBy('id')
    expect(await both.execute()).toEqual([
      { id: '3', api_key: 'sk_old' },
      { id: '4', api_key: 'sk_new' },
    ])
    const half = old.selectFrom('integration').select(['id', 'api_key'])
    await expect(Promise.resolve().then(() => half.execute())).rejects.toMatchObject({ problem: 'no_row_key' })
  })

  it('does not open a value that was moved to another row', async () => {
    await pool.query('update integration set api_key = (select api_key from integration where id = 1) where id = 2')
    await expect(db.selectFrom('integration').selectAll().execute()).rejects.toMatchObject({ code: 'unverified' })
  })
})
