import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fact } from '../../facts/kinds.ts'
import { sysctlFact } from '../../facts/sysctl.fact.ts'
import { handClock } from '../clock/clock.ts'
import { BergfriedError } from '../errors.ts'
import { type TestDatabase, testDatabase, wipe } from '../testing/cluster.ts'
import { type CollectContext, defineConnector } from './connector.ts'
import { collectSystem } from './run.ts'
import { syncSystems } from './systems.ts'

let db: TestDatabase
let system: { id: number; name: string }
const clock = handClock('2026-11-01T00:00:00Z')

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  await wipe(db)
  const systems = await syncSystems(db.stage('bf_desk'), [{ name: 'h', kind: 'host' }], [{}], clock.now())
  system = systems.find((s) => s.name === 'h') as { id: number; name: string }
})

type Emit = (context: CollectContext<'sysctl' | 'kernel_module'>) => Promise<void>
const connector = (collect: Emit) =>
  defineConnector({
    id: 'test.one',
    system: 'host',
    produces: ['sysctl', 'kernel_module'],
    every: 'PT1M',
    needs: { de: '', en: '' },
    collect: (_target, context) => collect(context),
  })

const run = (collect: Emit, seconds?: number) => {
  clock.advance(1000)
  return collectSystem(db.stage('bf_collect'), {
    system,
    connectors: [connector(collect)],
    target: undefined as never,
    clock,
    ...(seconds === undefined ? {} : { seconds }),
  })
}
const setting = (name: string, value: string): Fact<'sysctl'> => ({ ...sysctlFact.sample, name, value })
const emits =
  (...rows: Fact<'sysctl'>[]): Emit =>
  async (context) => {
    for (const row of rows) await context.emit('sysctl', row)
  }
const holding = async () =>
  (
    await db
      .stage('bf_judge')
      .query<{ t: string }>(`select name || '=' || value as t from fact.sysctl where valid_to = 'infinity' order by 1`)
  ).map((r) => r.t)

describe('a collection', () => {
  it('opens new facts, keeps equal ones, closes those that are gone', async () => {
    await run(emits(setting('a', '1'), setting('b', '1')))
    const second = await run(emits(setting('a', '1'), setting('b', '2')))
    expect(second).toMatchObject({ opened: 1, closed: 1, changed: ['sysctl'] })
    expect(await holding()).toEqual(['a=1', 'b=2'])
    const third = await run(emits(setting('b', '2'), setting('a', '1')))
    expect(third).toMatchObject({ opened: 0, closed: 0, changed: [] })
    const [history] = await db.stage('bf_judge').query<{ n: number }>('select count(*) as n from fact.sysctl')
    expect(history?.n).toBe(3)
  })

  it('that fails deletes no population and says why', async () => {
    await run(emits(setting('a', '1')))
    const failed = await run(async (context) => {
      await context.emit('sysctl', setting('z', '9'))
      throw new BergfriedError('collect.denied', { what: '/proc/sys' })
    })
    expect(failed.failures.get('sysctl')).toEqual({ code: 'collect.denied', detail: { what: '/proc/sys' } })
    expect(failed.changed).toEqual(['sysctl', 'kernel_module'])
    expect(await holding()).toEqual(['a=1'])
    const [pulse] = await db
      .stage('bf_judge')
      .query<{ last_ok_at: Date; failure: object }>(
        `select last_ok_at, failure from collect.pulse where kind = 'sysctl'`,
      )
    expect(pulse?.failure).toMatchObject({ code: 'collect.denied' })
    expect(pulse?.last_ok_at.getTime()).toBeLessThan(clock.now().getTime())
  })

  it('that fails for one kind stores the others', async () => {
    const result = await run(async (context) => {
      await context.emit('sysctl', setting('a', '1'))
      context.fail('kernel_module', new BergfriedError('collect.timeout', { what: 'x', seconds: 1 }))
    })
    expect([...result.failures.keys()]).toEqual(['kernel_module'])
    expect(await holding()).toEqual(['a=1'])
  })

  it('refuses a row of the wrong shape as a whole and names the column', async () => {
    const result = await run(emits(setting('a', '1'), { name: 'b', value: 7 } as never))
    expect(result.failures.get('sysctl')).toMatchObject({ code: 'collect.invalid_fact', detail: { path: 'value' } })
    expect(await holding()).toEqual([])
  })

  it('stops waiting for a connector that does not answer', async () => {
    const result = await run(() => new Promise(() => undefined), 0.05)
    expect(result.failures.get('sysctl')?.code).toBe('collect.timeout')
  })

  it('stores what no database text can hold', async () => {
    await run(emits(setting('nul', 'a\0b'), setting('half', 'x\uD800y')))
    expect(await holding()).toEqual(['half=x\uFFFDy', 'nul=a\uFFFDb'])
  })

  it('takes secrets out before anything is stored', async () => {
    await run(emits(setting('a', 'postgres://app:hunter2@db/shop')))
    const text = JSON.stringify([
      await db.stage('bf_judge').query('select * from fact.sysctl'),
      await db.stage('bf_owner').query('select body from evidence.entry'),
    ])
    expect(text).not.toContain('hunter2')
  })

  it('leaves one evidence entry per collection, without a gap, and none of the facts in it', async () => {
    await run(emits(setting('secret-ish', 'value-of-a')))
    await run(emits())
    const entries = await db
      .stage('bf_owner')
      .query<{ position: number; previous: number | null; kind: string; body: string; right: boolean }>(
        `select position, previous, kind, body, digest = sha256(convert_to(body, 'UTF8')) as right from evidence.entry order by position`,
      )
    expect(entries.map((e) => [e.position, e.previous, e.kind, e.right])).toEqual([
      [0, null, 'configuration', true],
      [1, 0, 'collection', true],
      [2, 1, 'collection', true],
    ])
    expect(entries[1]?.body).not.toContain('value-of-a')
  })

  it('gives the same state whatever the order and the repetitions of its facts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2')), { maxLength: 8 }),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        async (pairs, keys) => {
          await run(emits(...pairs.map(([n, v]) => setting(n, v))))
          const once = await holding()
          const shuffled = pairs.map((p, i) => ({ p, k: keys[i] ?? 0 })).sort((x, y) => x.k - y.k)
          const again = await run(emits(...[...shuffled, ...shuffled].map(({ p: [n, v] }) => setting(n, v))))
          expect(await holding()).toEqual(once)
          expect(again).toMatchObject({ opened: 0, closed: 0 })
        },
      ),
      { numRuns: 40 },
    )
  })
})
