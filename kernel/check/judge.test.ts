import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { syncSystems } from '../collect/systems.ts'
import { type TestDatabase, testDatabase } from '../testing/cluster.ts'
import { type ZeroStage, zeroStage } from '../testing/zero-stage.ts'

let db: TestDatabase
let stage: ZeroStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await zeroStage(db)
})

describe('a judgement', () => {
  it('opens, changes and closes rows, and writes nothing where nothing changed', async () => {
    await stage.store({ a: '0', b: '1' })
    expect(await stage.judged()).toMatchObject({ seen: 2, opened: 2, closed: 0 })
    expect(await stage.rows()).toEqual(['a ok zero {"value":"0"}', 'b alarm other {"value":"1"}'])
    expect(await stage.judged()).toMatchObject({ seen: 2, opened: 0, closed: 0 })
    await stage.store({ a: '0', b: '2' })
    expect(await stage.judged()).toMatchObject({ opened: 1, closed: 1 })
    await stage.store({ a: '0' })
    expect(await stage.judged()).toMatchObject({ opened: 0, closed: 1 })
    expect(await stage.state()).toBe('ok')
  })

  it('answers for the past from the store: what stood then', async () => {
    await stage.store({ a: '1' })
    await stage.judged()
    const then = stage.clock.now()
    await stage.store({ a: '0' })
    await stage.judged()
    expect(await stage.state()).toBe('ok')
    expect(await stage.state(then, false)).toBe('alarm')
    expect(await stage.rows(then, false)).toEqual(['a alarm other {"value":"1"}'])
    const later = stage.clock.now()
    await stage.judged()
    expect(await stage.state(later, false)).toBe('ok')
  })

  it('says stale before the first reading, and nothing in scope after an empty one', async () => {
    await stage.judged()
    expect(await stage.rows()).toEqual(['* stale never_collected null'])
    await stage.store({})
    await stage.judged()
    expect(await stage.rows()).toEqual(['* skip nothing_in_scope null'])
    expect(await stage.state()).toBe('skip')
  })

  it('keeps what it knew and says error while the facts cannot be read', async () => {
    await stage.store({ a: '0' })
    await stage.judged()
    stage.clock.advance(1000)
    await db
      .stage('bf_collect')
      .query('select collect.finish($1, $2, $2, $3, $4, 0, 0)', [
        stage.host.id,
        stage.clock.now(),
        ['sysctl'],
        JSON.stringify({ sysctl: { code: 'collect.denied', detail: { what: '/proc' } } }),
      ])
    await stage.judged()
    expect(await stage.rows()).toEqual([
      'a ok zero {"value":"0"}',
      '* error could_not_read {"code":"collect.denied","detail":{"what":"/proc"}}',
    ])
    expect(await stage.state()).toBe('error')
  })

  it('goes stale by itself when no reading comes, and when no judge does', async () => {
    await stage.store({ a: '0' })
    await stage.judged()
    expect(await stage.state()).toBe('ok')
    stage.clock.advance(31 * 60_000)
    expect(await stage.state()).toBe('stale')
    await stage.judged()
    expect(await stage.state()).toBe('ok')
    stage.clock.advance(30 * 60_000)
    await stage.judged()
    expect(await stage.state()).toBe('stale')
  })

  it('is not ok while one of two systems was not judged', async () => {
    await stage.store({ a: '0' })
    await stage.judged()
    await syncSystems(
      db.stage('bf_desk'),
      [
        { name: 'h', kind: 'host' },
        { name: 'new', kind: 'host' },
      ],
      [{}],
      stage.clock.now(),
    )
    expect(await stage.state()).toBe('stale')
  })

  it('leaves an evidence entry with every change, and one about the run', async () => {
    await stage.store({ a: '1' })
    await stage.judged()
    const entries = await db
      .stage('bf_seal')
      .query<{ kind: string; body: string }>('select kind, body from evidence.entry order by position')
    expect(entries.map((e) => e.kind)).toEqual(['configuration', 'collection', 'verdicts', 'judgement'])
    expect(JSON.parse(entries[2]?.body ?? '')).toEqual({
      check: 'test.all-zero',
      closed: 0,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      opened: 1,
      rows: 1,
    })
  })
})
