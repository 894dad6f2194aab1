import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { latestStatement } from './latest.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => db.stage('bf_owner').query('truncate evidence.entry'))

const first = new Date('2026-11-01T12:00:00.000Z')
const second = new Date('2026-11-01T12:30:00.000Z')
const append = (at: Date, kind: 'statement' | 'states', body: Json): Promise<number> =>
  db.stage('bf_judge').transaction((tx) => appendEntry(tx, at, kind, body))
const part = (at: Date, n: number, parts: number): Promise<number> => append(at, 'statement', { part: n, parts })
const latest = async (size: number) =>
  (await latestStatement(db.stage('bf_publish'), size))?.map((p) => p.position) ?? null

it('is the newest one that has all its parts, below the size of the log', async () => {
  expect(await latest(10)).toBeNull()
  await part(first, 0, 2)
  await append(first, 'states', {})
  await part(first, 1, 2)
  expect(await latest(2)).toBeNull()
  expect(await latest(3)).toEqual([0, 2])
  await part(second, 0, 2)
  expect(await latest(4)).toEqual([0, 2])
  await part(second, 1, 2)
  expect(await latest(4)).toEqual([0, 2])
  expect(await latest(5)).toEqual([3, 4])
})

it('is never patched together from two', async () => {
  await part(first, 0, 2)
  await part(second, 1, 2)
  expect(await latest(2)).toBeNull()
})

it('is none where the body of the newest is lost: an older one would be a lie', async () => {
  await part(first, 0, 1)
  await part(second, 0, 1)
  await db
    .stage('bf_owner')
    .query(`update evidence.entry set body = null, digest = null, salt = null, leaf = 'x' where position = 1`)
  expect(await latest(2)).toBeNull()
})
