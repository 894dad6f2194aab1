import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../kernel/testing/cluster.ts'
import { type ZeroStage, zero, zeroStage } from '../../kernel/testing/zero-stage.ts'
import { addException, endException } from './exceptions.ts'

let db: TestDatabase
let stage: ZeroStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await zeroStage(db)
})

describe('an exception', () => {
  const known = { checks: new Set<string>([zero.id]), systems: new Set(['h']) }
  const accept = (until: string, resource: string | null = null) =>
    addException(
      db.stage('bf_desk'),
      { check: zero.id, system: null, resource, owner: 'somebody', reason: 'because', until },
      { by: 'test', now: stage.clock.now(), known },
    )

  it('never hides the row, holds until its end, and can be ended', async () => {
    await stage.store({ a: '1' })
    await stage.judged()
    const id = await accept('2026-11-20T00:00:00Z')
    expect(await stage.state()).toBe('excepted')
    expect(await stage.rows()).toEqual(['a excepted other {"value":"1"}'])
    await endException(db.stage('bf_desk'), id, 'test', stage.clock.now())
    expect(await stage.state()).toBe('alarm')
  })

  it('of one resource does not excuse another', async () => {
    await stage.store({ a: '1', b: '1' })
    await stage.judged()
    await accept('2026-11-20T00:00:00Z', 'a')
    expect(await stage.state()).toBe('alarm')
  })

  it.each([
    ['2026-10-01T00:00:00Z', 'exception.invalid'],
    ['2028-10-01T00:00:00Z', 'exception.invalid'],
  ])('until %s is refused', (until, code) => expect(accept(until)).rejects.toMatchObject({ code }))
})
