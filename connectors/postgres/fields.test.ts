import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FieldCipher } from '../../engines/fieldcrypt/field-cipher.ts'
import { createKey, Keychain } from '../../engines/fieldcrypt/keychain.ts'
import { keyringOf } from '../../engines/fieldcrypt/keyring.ts'
import { MemoryKeyProvider } from '../../engines/fieldcrypt/memory-provider.ts'
import type { DeclaredColumn } from '../../kernel/collect/declared-column.ts'
import { postgresFields } from './fields.connector.ts'
import { readingOf } from './fields-blocks.ts'
import { OLDER, startTestCluster, type TestCluster } from './testing/cluster.ts'

const SECRET = 'sk_live_planted-secret-value-that-must-never-leave-the-database'
const declared = (more: Partial<DeclaredColumn> = {}): DeclaredColumn => ({
  database: 'shop',
  schema: 'vault',
  table: 'good',
  column: 'sec',
  primaryKey: ['id'],
  keys: [1],
  keyTable: null,
  ...more,
})

describe.each([
  { name: 'the bundled PostgreSQL', binaries: undefined, missing: false },
  { name: 'PostgreSQL 15 of Debian', binaries: OLDER, missing: !existsSync(`${OLDER}/postgres`) },
])('$name', ({ binaries, missing }) => {
  let cluster: TestCluster
  beforeAll(async () => {
    if (missing) return
    cluster = await startTestCluster(binaries)
    const column = { tenant: 't', table: 'vault.good', column: 'sec' }
    const provider = new MemoryKeyProvider()
    const { ring } = await createKey(keyringOf([]), provider, 'data', column, 1_790_000_000, 'first')
    const cipher = new FieldCipher(column, await new Keychain(ring, [provider]).open('data', column))
    const hex = (id: number, text: string) => Buffer.from(cipher.encrypt([id], Buffer.from(text))).toString('hex')
    const rows = Array.from({ length: 200 }, (_, i) => `(${i}, '\\x${hex(i, i % 2 === 0 ? '' : SECRET)}')`)
    await cluster.sql(`create schema vault;
      create table vault.good (id int primary key, sec bytea);
      insert into vault.good values ${rows.join(',')}, (900, null);
      create table vault.bad (id int primary key, sec bytea);
      insert into vault.bad values (1, '${SECRET}'), (2, '\\x${hex(2, 'x').slice(0, 60)}'),
        (3, '\\xbf010100000001' || '${SECRET}'::bytea), (4, '\\x${hex(4, 'y').replace(/^bf0101/, 'bf0201')}'),
        (5, '\\xbf010100000000${randomBytes(60).toString('hex')}'), (6, '');
      create table vault.unknown (id int primary key, sec bytea);
      insert into vault.unknown values (1, '\\xbf0101ffffffff${randomBytes(60).toString('hex')}');
      create table vault.text (id int primary key, sec text);
      insert into vault.text values (1, '${SECRET}'), (2, null);
      create table vault.parts (id int, tenant int, sec bytea, primary key (tenant, id)) partition by list (tenant);
      create table vault.parts_1 partition of vault.parts for values in (1);
      create table vault.parts_2 partition of vault.parts for values in (2);
      insert into vault.parts values (1, 1, '\\x${hex(1, 'a')}'), (1, 2, '${SECRET}');
      create table vault.hidden (id int primary key, sec bytea);
      alter table vault.hidden enable row level security; alter table vault.hidden force row level security;
      create table vault."odd "" name" (id int primary key, "se""c" bytea);
      insert into vault."odd "" name" values (1, '\\x${hex(1, 'a')}');
      create table vault.data_key (id bigint primary key, state text not null);
      insert into vault.data_key values (1, 'active'), (4294967295, 'shredded');
      create view vault.looking as select * from vault.good;
      create role scanner login password 'scanner'; grant connect on database shop to scanner;
      grant usage on schema vault to scanner; grant select (id) on vault.good to scanner; grant select on vault.hidden, vault.bad to scanner`)
  }, 90_000)
  afterAll(() => cluster?.stop())

  const look = async (fields: readonly DeclaredColumn[], options = {}) => {
    const found: Record<string, unknown>[] = []
    const got = await cluster.collect(
      { ...postgresFields, collect: (target, context) => postgresFields.collect({ ...target, fields }, context) },
      options,
    )
    found.push(...got.of('field_column'))
    expect(JSON.stringify(found)).not.toContain('planted-secret')
    return found
  }

  it.skipIf(missing)(
    'envelopes of a known key are counted as such, empty plaintexts among them, and nothing else',
    async () => {
      expect(await look([declared()])).toMatchObject([
        {
          problem: null,
          whole: true,
          readAtLeast: 100,
          clearText: 0,
          unknownKey: 0,
          keyIds: ['1'],
          rowKeyUnique: true,
        },
      ])
    },
  )

  it.skipIf(missing)('clear text, cut, foreign and disguised values are told from envelopes', async () => {
    expect(await look([declared({ table: 'bad' })])).toMatchObject([{ clearText: 6, keyIds: [] }])
    expect(await look([declared({ table: 'text' })])).toMatchObject([{ clearText: 1 }])
  })

  it.skipIf(missing)('a key that is not known, or shredded, is told with its id', async () => {
    const keyTable = { schema: 'vault', table: 'data_key' }
    const unknown = { unknownKey: 1, unknownKeyIds: ['4294967295'] }
    expect(await look([declared({ table: 'unknown' })])).toMatchObject([unknown])
    expect(await look([declared({ table: 'unknown', keys: [], keyTable })])).toMatchObject([unknown])
    expect(await look([declared({ keys: [], keyTable })])).toMatchObject([{ unknownKey: 0, clearText: 0 }])
  })

  it.skipIf(missing)('one partition with clear text is enough, and the row key is the declared one', async () => {
    const parts = { table: 'parts', primaryKey: ['id', 'tenant'] }
    expect(await look([declared(parts)])).toMatchObject([{ clearText: 1, rowKeyUnique: true }])
    expect(await look([declared({ ...parts, primaryKey: ['id'] })])).toMatchObject([{ rowKeyUnique: false }])
  })

  it.skipIf(missing)('names with quotes in them are names', async () => {
    expect(await look([declared({ table: 'odd " name', column: 'se"c' })])).toMatchObject([
      { clearText: 0, keyIds: ['1'] },
    ])
  })

  it.skipIf(missing)('what cannot be read is said, column by column, and never counts as fine', async () => {
    const scanner = cluster.as('scanner', 'scanner', 'shop')
    const problems = async (fields: readonly DeclaredColumn[], options = {}) =>
      (await look(fields, options)).map((row) => row['problem'])
    expect(
      await problems([
        declared({ table: 'nowhere' }),
        declared({ column: 'nothing' }),
        declared({ table: 'looking' }),
        declared({ keys: [], keyTable: { schema: 'vault', table: 'none' } }),
        declared({ database: 'no-such-database' }),
      ]),
    ).toEqual(['no_table', 'no_column', 'not_a_table', 'no_key_table', 'unreachable'])
    expect(await problems([declared(), declared({ table: 'hidden' }), declared({ table: 'bad' })], scanner)).toEqual([
      'denied',
      'row_security',
      null,
    ])
  })

  it.skipIf(missing)(
    'of a large table the newest rows, a stretch and blocks at random are read, in statements that run',
    async () => {
      const heap = { schema: 'vault', table: 'bad', blocks: 1_000_000 }
      const reading = readingOf(heap, 32_768, new Date('2026-11-01T00:00:00Z'))
      expect(reading).toMatchObject({ whole: false, parts: { length: 3 } })
      const reader = await cluster.reader({ database: 'shop' })
      for (const part of reading.parts) await reader.query(`select count(*)::int as n from ${part}`)
      const small = readingOf({ ...heap, blocks: 100 }, 64, new Date(0))
      expect(small.whole).toBe(false)
      const counts = await Promise.all(
        small.parts.slice(1).map((part) => reader.query<{ n: number }>(`select count(*)::int as n from ${part}`)),
      )
      expect(counts.map(([row]) => row?.n)).toEqual([0, 6])
      await reader.close()
    },
  )
})
