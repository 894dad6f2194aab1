import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../../../connectors/postgres/testing/cluster.ts'
import { encrypted } from '../core/encrypted.ts'
import { EncryptedPg } from '../pg/encrypted-pg.ts'
import { fixedProvider } from '../testing/fixed-provider.ts'
import { reencrypt, verifySweep } from './reencrypt.ts'

let cluster: TestCluster
let pool: pg.Pool
let address = ''
beforeAll(async () => {
  cluster = await startTestCluster()
  await cluster.sql('create database app', 'postgres')
  address = cluster.connectionString.replace('/postgres?', '/app?')
  pool = new pg.Pool({ connectionString: address, ssl: false })
  // Connections say goodbye while the cluster stops; that is no failure.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', () => undefined)
})
afterAll(async () => {
  await pool.end()
  await cluster.stop()
})

const secret = encrypted({ table: 'secret', column: 'value' })
const token = encrypted({
  table: 'token',
  column: 'sealed',
  clear: 'plain',
  primaryKey: ['company', 'n'],
  tenant: { column: 'company' },
  index: { column: 'found', cardinality: { kind: 'random', bits: 128 } },
})
const now = () => new Date()
const open = () => new EncryptedPg({ pool, fields: [secret, token], providers: [fixedProvider()], now })
let db: EncryptedPg
const ROWS = 3000
beforeEach(async () => {
  await pool.query(`drop schema if exists bergfried_fields cascade; drop table if exists secret, token;
    create table secret (id bigint primary key, value bytea);
    create table token (company text, n int, plain text, sealed bytea, found bytea, primary key (company, n))`)
  db = open()
  await db.prepare()
})
const fill = () =>
  db.insert(
    'secret',
    Array.from({ length: ROWS }, (_, i) => ({ id: i + 1, value: i % 100 === 99 ? null : `v${i + 1}` })),
  )
const run = (more = {}) => reencrypt({ pool, fields: db.fields, field: secret, now, batch: 200, ...more })
const values = async () =>
  new Map(
    (await db.query<{ id: string; value: string | null }>('select id, value from secret')).map((r) => [
      Number(r.id),
      r.value,
    ]),
  )

describe('re-encryption', () => {
  it('brings every value under the new key, is verified, and the old key is shredded only then', async () => {
    await fill()
    const first = await db.fields.keys.activeKey(secret, 'default')
    const second = await db.fields.keys.rotate(secret, 'default', 'yearly')
    const before = await verifySweep({ pool, fields: db.fields, field: secret, now })
    expect([...before.byKey]).toEqual([[first, ROWS - 30]])
    const remaining = async (id: number) =>
      (await verifySweep({ pool, fields: db.fields, field: secret, now })).byKey.get(id) ?? 0
    await expect(db.fields.keys.shredOld(secret, 'default', remaining, 'too early')).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await run()).toMatchObject({ state: 'done', changed: ROWS - 30 })
    const after = await verifySweep({ pool, fields: db.fields, field: secret, now })
    expect(after).toMatchObject({ rows: ROWS, nulls: 30, broken: [] })
    expect([...after.byKey]).toEqual([[second, ROWS - 30]])
    expect(await db.fields.keys.shredOld(secret, 'default', remaining, 'rotated')).toEqual([first])
    expect((await values()).get(1)).toBe('v1')
    const { rows } = await pool.query('select state, wrapped from bergfried_fields.data_key where id = $1', [first])
    expect(rows).toEqual([{ state: 'shredded', wrapped: null }])
  })

  it('loses no write of others, who change, add and remove rows all the time', async () => {
    await fill()
    await db.fields.keys.rotate(secret, 'default', 'test')
    const written = new Map<number, string>()
    let stop = false
    const writer = async (seed: number) => {
      const own = open()
      for (let i = 0; !stop; i += 1) {
        const id = ((i * 37 + seed * 101) % ROWS) + 1
        if (id % 2 !== seed % 2) continue
        const value = `w${seed}-${i}`
        if (await own.update('secret', { id }, { value })) written.set(id, value)
      }
    }
    const writers = [writer(1), writer(2)]
    const result = await run({ batch: 100 })
    stop = true
    await Promise.all(writers)
    expect(result.state).toBe('done')
    const found = await values()
    expect(found.size).toBe(ROWS)
    for (const [id, value] of written) expect(found.get(id)).toBe(value)
    for (const [id, value] of found) if (!written.has(id) && id % 100 !== 0) expect(value).toBe(`v${id}`)
    expect((await verifySweep({ pool, fields: db.fields, field: secret, now })).byKey.size).toBe(1)
  })

  it('stops when told and goes on from there, by another process too', async () => {
    await fill()
    await db.fields.keys.rotate(secret, 'default', 'test')
    const pause = new AbortController()
    const paused = await run({
      signal: pause.signal,
      onProgress: ({ done }: { done: number }) => done >= 600 && pause.abort(),
    })
    expect(paused).toMatchObject({ state: 'paused', done: 600 })
    db = open()
    const seen: number[] = []
    expect(await run({ onProgress: ({ done }: { done: number }) => seen.push(done) })).toMatchObject({ state: 'done' })
    expect(seen[0]).toBe(800)
  })

  it('twice at the same moment does no harm', async () => {
    await fill()
    await db.fields.keys.rotate(secret, 'default', 'test')
    const [a, b] = await Promise.all([
      run({ batch: 70 }),
      reencrypt({ pool, fields: open().fields, field: secret, now, batch: 110 }),
    ])
    expect([a.state, b.state]).toEqual(['done', 'done'])
    expect((await values()).get(7)).toBe('v7')
    expect((await verifySweep({ pool, fields: db.fields, field: secret, now })).broken).toEqual([])
  })

  it('of a column in clear moves its values, with their index, per tenant, and clears them', async () => {
    await pool.query(
      `insert into token (company, n, plain) select 'c' || n % 3, n, 'key-' || n from generate_series(1, 500) n`,
    )
    expect(await db.query(`select company, n, plain, sealed from token where n = 7`)).toMatchObject([
      { plain: 'key-7', sealed: null },
    ])
    const done = await reencrypt({ pool, fields: db.fields, field: token, now, batch: 90 })
    expect(done).toMatchObject({ state: 'done', changed: 500 })
    const { rows } = await pool.query(
      'select count(*)::int as n from token where plain is not null or sealed is null or found is null',
    )
    expect(rows).toEqual([{ n: 0 }])
    const hits = await db.search('token', 'sealed', 'key-7', 'c1')
    expect(await db.query('select company, n, sealed from token where found = any($1)', [hits])).toEqual([
      { company: 'c1', n: 7, sealed: 'key-7' },
    ])
    expect(await db.search('token', 'sealed', 'key-7', 'c2')).not.toEqual(hits)
  })

  it('stops at a value that does not open, and leaves everything as it is', async () => {
    await fill()
    await pool.query('update secret set value = (select value from secret where id = 1) where id = 2')
    await db.fields.keys.rotate(secret, 'default', 'test')
    await expect(run()).rejects.toMatchObject({ code: 'unverified' })
    expect((await verifySweep({ pool, fields: db.fields, field: secret, now })).broken).toEqual([{ id: '2' }])
  })

  it('killed a hundred times loses nothing', async () => {
    await fill()
    await db.fields.keys.rotate(secret, 'default', 'test')
    const path = new URL('../testing/reencrypt-child.ts', import.meta.url).pathname
    let ended = 0
    // Four at a time: they are in each other's way, too.
    for (let round = 0; round < 25; round += 1) {
      if (round % 5 === 4) await db.fields.keys.rotate(secret, 'default', 'once more')
      const kill = async (i: number): Promise<void> => {
        const child = spawn(process.execPath, [path, address], { stdio: ['ignore', 'pipe', 'inherit'] })
        await once(child.stdout, 'data')
        await sleep((i * 13) % 90)
        child.kill('SIGKILL')
        const [status] = (await once(child, 'exit')) as [number | null]
        ended += status === 0 ? 1 : 0
      }
      await Promise.all([0, 1, 2, 3].map((i) => kill(round * 4 + i)))
    }
    expect(ended).toBeLessThan(100)
    expect(await run()).toMatchObject({ state: 'done' })
    const found = await values()
    for (let id = 1; id <= ROWS; id += 1) expect(found.get(id)).toBe(id % 100 === 0 ? null : `v${id}`)
    expect((await verifySweep({ pool, fields: db.fields, field: secret, now })).byKey.size).toBe(1)
  }, 300_000)
})
