import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type TestDatabase, testDatabase, wipe } from '../../kernel/testing/cluster.ts'
import { erasePerson } from './erasure.ts'
import { addException, endException, listExceptions } from './exceptions.ts'

const now = new Date('2026-11-01T12:00:00Z')
let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => wipe(db))

const accept = () =>
  addException(
    db.stage('bf_desk'),
    {
      check: 'a.b',
      system: null,
      resource: 'ada',
      owner: 'ada@example.com',
      reason: 'ada is on leave',
      until: '2026-11-20T00:00:00Z',
    },
    { by: 'cli:ada', now, known: { checks: new Set(['a.b']), systems: new Set() } },
  )

it('is refused while the person answers for a running exception, and changes nothing', async () => {
  await accept()
  await expect(erasePerson(db.stage('bf_desk'), 'ada@example.com', now)).rejects.toMatchObject({
    code: 'evidence.subject_in_use',
    detail: { count: 1 },
  })
  expect(await listExceptions(db.stage('bf_publish'), now, true)).toMatchObject([{ owner: 'ada@example.com' }])
})

it('leaves no trace of the name in decisions and entries, and an entry that it happened', async () => {
  const id = await accept()
  await endException(db.stage('bf_desk'), id, 'cli:bob', now)
  const subject = await erasePerson(db.stage('bf_desk'), 'ada@example.com', now)
  await erasePerson(db.stage('bf_desk'), 'cli:ada', now)
  const owner = db.stage('bf_owner')
  const everything = [
    await owner.query('select * from desk.exception'),
    await owner.query('select * from evidence.entry order by position'),
    await owner.query('select * from evidence.subject'),
  ]
  expect(JSON.stringify(everything)).not.toMatch(/ada@example\.com|cli:ada/)
  const [, entries] = everything as [unknown, { kind: string; body: string }[]]
  expect(entries.filter((e) => e.kind === 'erasure').map((e) => JSON.parse(e.body) as unknown)[0]).toEqual({ subject })
})

it('of somebody who never occurred says so', () =>
  expect(erasePerson(db.stage('bf_desk'), 'nobody', now)).rejects.toMatchObject({ code: 'evidence.unknown_subject' }))
