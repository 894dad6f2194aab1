import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addException, endException } from '../../capabilities/assurance/exceptions.ts'
import type { FactKind } from '../../facts/kinds.ts'
import { sysctlFact } from '../../facts/sysctl.fact.ts'
import { handClock } from '../clock/clock.ts'
import { collectSystem } from '../collect/run.ts'
import { type RegisteredSystem, syncSystems } from '../collect/systems.ts'
import { type TestDatabase, testDatabase, wipe } from '../testing/cluster.ts'
import { defineCheck } from './check.ts'
import { judge } from './judge.ts'
import { checkState } from './roll-up.ts'
import { verdictRows } from './row-query.ts'
import { tallyChecks } from './tally.ts'

const zero = defineCheck({
  id: 'test.all-zero',
  appliesTo: 'host',
  severity: 'low',
  title: { de: 'Alles ist null', en: 'All is zero' },
  population: { de: 'Werte', en: 'values' },
  remedy: { de: 'auf 0 setzen', en: 'set it to 0' },
  reasons: { zero: { de: 'null', en: 'zero' }, other: { de: 'ist {value}', en: 'is {value}' } },
  reads: ['sysctl'],
  dimensions: ['value'],
  freshness: 'PT1H',
  sql: `select system, name as resource, case when value = '0' then 'ok' else 'alarm' end as status,
    case when value = '0' then 'zero' else 'other' end as reason, value from sysctl`,
  examples: [] as never,
})

let db: TestDatabase
let host: RegisteredSystem
const clock = handClock('2026-11-01T00:00:00Z')

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  await wipe(db)
  const systems = await syncSystems(db.stage('bf_desk'), [{ name: 'h', kind: 'host' }], {}, clock.now())
  host = systems.find((s) => s.name === 'h') as RegisteredSystem
})

const store = (values: Readonly<Record<string, string>>) => {
  clock.advance(1000)
  const rows = Object.entries(values).map(([name, value]) => ({ ...sysctlFact.sample, name, value }))
  const given = new Map<FactKind, typeof rows>([['sysctl', rows]])
  return collectSystem(db.stage('bf_collect'), { system: host, connectors: [], target: undefined as never, clock, given })
}
const judged = () => {
  clock.advance(1000)
  return judge(db.stage('bf_judge'), clock, [{ check: zero, systems: [host.id] }], 'command')
}
const question = (at = clock.now(), current = true) => ({ checks: [zero], systems: null, at, current })
const state = async (at?: Date, current?: boolean) => {
  const tally = (await tallyChecks(db.stage('bf_publish'), question(at, current))).get(zero.id)
  return tally === undefined ? undefined : checkState(tally)
}
const rows = async (at?: Date, current?: boolean) =>
  (await verdictRows(db.stage('bf_publish'), { ...question(at, current), statuses: null, limit: 100 })).map(
    (r) => `${r.resource} ${r.status} ${r.reason} ${JSON.stringify(r.dims)}`,
  )

describe('a judgement', () => {
  it('opens, changes and closes rows, and writes nothing where nothing changed', async () => {
    await store({ a: '0', b: '1' })
    expect(await judged()).toMatchObject({ seen: 2, opened: 2, closed: 0 })
    expect(await rows()).toEqual(['a ok zero {"value":"0"}', 'b alarm other {"value":"1"}'])
    expect(await judged()).toMatchObject({ seen: 2, opened: 0, closed: 0 })
    await store({ a: '0', b: '2' })
    expect(await judged()).toMatchObject({ opened: 1, closed: 1 })
    await store({ a: '0' })
    expect(await judged()).toMatchObject({ opened: 0, closed: 1 })
    expect(await state()).toBe('ok')
  })

  it('answers for the past from the store: what stood then', async () => {
    await store({ a: '1' })
    await judged()
    const then = clock.now()
    await store({ a: '0' })
    await judged()
    expect(await state()).toBe('ok')
    expect(await state(then, false)).toBe('alarm')
    expect(await rows(then, false)).toEqual(['a alarm other {"value":"1"}'])
  })

  it('says stale before the first reading, and nothing in scope after an empty one', async () => {
    await judged()
    expect(await rows()).toEqual(['* stale never_collected null'])
    await store({})
    await judged()
    expect(await rows()).toEqual(['* skip nothing_in_scope null'])
    expect(await state()).toBe('skip')
  })

  it('keeps what it knew and says error while the facts cannot be read', async () => {
    await store({ a: '0' })
    await judged()
    clock.advance(1000)
    await db.stage('bf_collect').query('select collect.finish($1, $2, $2, $3, $4, 0, 0)', [
      host.id,
      clock.now(),
      ['sysctl'],
      JSON.stringify({ sysctl: { code: 'collect.denied', detail: { what: '/proc' } } }),
    ])
    await judged()
    expect(await rows()).toEqual([
      'a ok zero {"value":"0"}',
      '* error could_not_read {"code":"collect.denied","detail":{"what":"/proc"}}',
    ])
    expect(await state()).toBe('error')
  })

  it('goes stale by itself when no reading comes, and when no judge does', async () => {
    await store({ a: '0' })
    await judged()
    expect(await state()).toBe('ok')
    clock.advance(31 * 60_000)
    expect(await state()).toBe('stale')
    await judged()
    expect(await state()).toBe('ok')
    clock.advance(30 * 60_000)
    await judged()
    expect(await state()).toBe('stale')
  })

  it('is not ok while one of two systems was not judged', async () => {
    await store({ a: '0' })
    await judged()
    await syncSystems(db.stage('bf_desk'), [{ name: 'h', kind: 'host' }, { name: 'new', kind: 'host' }], {}, clock.now())
    expect(await state()).toBe('stale')
  })

  it('leaves an evidence entry with every change, and one about the run', async () => {
    await store({ a: '1' })
    await judged()
    const entries = await db.stage('bf_seal').query<{ kind: string; body: string }>('select kind, body from evidence.entry order by position')
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

describe('an exception', () => {
  const known = { checks: new Set<string>([zero.id]), systems: new Set(['h']) }
  const accept = (until: string, resource: string | null = null) =>
    addException(
      db.stage('bf_desk'),
      { check: zero.id, system: null, resource, owner: 'somebody', reason: 'because', until },
      { by: 'test', now: clock.now(), known },
    )

  it('never hides the row, holds until its end, and can be ended', async () => {
    await store({ a: '1' })
    await judged()
    const id = await accept('2026-11-20T00:00:00Z')
    expect(await state()).toBe('excepted')
    expect(await rows()).toEqual(['a excepted other {"value":"1"}'])
    await endException(db.stage('bf_desk'), id, 'test', clock.now())
    expect(await state()).toBe('alarm')
  })

  it('of one resource does not excuse another', async () => {
    await store({ a: '1', b: '1' })
    await judged()
    await accept('2026-11-20T00:00:00Z', 'a')
    expect(await state()).toBe('alarm')
  })

  it.each([
    ['2026-10-01T00:00:00Z', 'exception.invalid'],
    ['2028-10-01T00:00:00Z', 'exception.invalid'],
  ])('until %s is refused', (until, code) => expect(accept(until)).rejects.toMatchObject({ code }))
})
