import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../../../connectors/postgres/testing/cluster.ts'
import { MemoryKeyProvider } from '../../../engines/fieldcrypt/memory-provider.ts'
import { encryptAll, openDatabase, ownerOf, rotateAndShred } from './api-keys.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const guides = ['field-encryption.md', 'field-encryption.de.md'].map((name) => text(`../../../docs/guides/${name}`))
const statements = (guide: string): readonly string[] =>
  [...guide.matchAll(/```sql\n([^`]+)```/g)].map(([, code]) => code ?? '')

const now = () => new Date()
let cluster: TestCluster
let pool: pg.Pool
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

describe('the guide to field encryption', () => {
  it('quotes the example that runs here, in both languages, with the same statements', () => {
    const code = text('api-keys.ts').split('runs it.\n\n')[1] ?? 'missing'
    for (const guide of guides) expect(guide).toContain(`\`\`\`ts\n${code}\`\`\``)
    expect(statements(guides[0] ?? '')).toEqual(statements(guides[1] ?? ''))
  })

  it('leads from clear text to ciphertext that is found, rotated and shredded', async () => {
    const [before = '', after = ''] = statements(guides[0] ?? '')
    await pool.query(`create table integration (id bigint primary key, owner text, api_key text);
      insert into integration select n, 'owner ' || n, 'sk_live_' || n from generate_series(1, 500) n`)
    await pool.query(before)
    const db = await openDatabase(pool, new MemoryKeyProvider(), now)
    expect(await encryptAll(pool, db, now)).toEqual({ changed: 500, byKey: new Map([[1, 500]]), broken: 0 })
    const { rows } = await pool.query(
      'select count(api_key)::int as clear, count(api_key_sealed)::int as sealed from integration',
    )
    expect(rows).toEqual([{ clear: 0, sealed: 500 }])
    const found = [{ id: '77', owner: 'owner 77', api_key_sealed: 'sk_live_77' }]
    expect(await ownerOf(db, 'sk_live_77')).toEqual(found)
    const shredded = await rotateAndShred(pool, db, now)
    expect(shredded).toEqual([1])
    const keys = await pool.query(
      `select wrapped is null as gone from bergfried_fields.data_key where state = 'shredded'`,
    )
    expect(keys.rows).toEqual([{ gone: true }])
    expect(await ownerOf(db, 'sk_live_77')).toEqual(found)
    await pool.query(after)
    expect(await ownerOf(db, 'sk_live_78')).toMatchObject([{ owner: 'owner 78' }])
  })
})
