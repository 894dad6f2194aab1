import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { STATES, type State } from '../../../kernel/check/roll-up.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { DAYS, Histories, LETTER } from './history.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const now = new Date('2026-11-01T15:30:00Z')

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => db.stage('bf_owner').query('truncate finding.control_state, finding.judgement'))

interface Period {
  readonly state: State
  readonly from: number
  readonly until: number
}

const store = async (control: string, periods: readonly Period[]): Promise<void> => {
  for (const { state, from, until } of periods)
    await db
      .stage('bf_owner')
      .query(
        `insert into finding.control_state (control, state, counts, valid_from, valid_to) values ($1, $2, '{}', $3, $4)`,
        [control, state, new Date(from), until === Number.POSITIVE_INFINITY ? 'infinity' : new Date(until)],
      )
}
const judged = async (days: readonly number[]): Promise<void> => {
  for (const day of days)
    await db
      .stage('bf_owner')
      .query(
        `insert into finding.judgement (at, cause, checks, systems, rows, opened, closed) values ($1, 'test', 0, 0, 0, 0, 0)`,
        [new Date(day + 5 * HOUR_MS)],
      )
}
const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
const dayStarts = Array.from({ length: DAYS }, (_, i) => today - (DAYS - 1 - i) * DAY_MS)

/** The worst state of each day, found by walking through every hour of it. */
function naive(periods: readonly Period[], watched: ReadonlySet<number>): string {
  return dayStarts
    .map((start) => {
      if (!watched.has(start)) return '-'
      const held = periods.filter((p) => p.from < start + DAY_MS && p.until > start).map((p) => STATES.indexOf(p.state))
      const worst = STATES[Math.min(...held)]
      return held.length === 0 || worst === undefined ? '-' : LETTER[worst]
    })
    .join('')
}

it('is empty where nobody judged, or the promise was not there', async () => {
  const histories = new Histories(db.stage('bf_publish'))
  expect((await histories.of(['X-1'], now)).get('X-1')).toBe('-'.repeat(DAYS))
  await judged(dayStarts)
  expect((await histories.of(['X-1'], now)).get('X-1')).toBe('-'.repeat(DAYS))
})

it('tells the worst state of each day, as a walk over the hours finds it, and goes on doing so', async () => {
  // A fixed sequence of numbers, so that a failure can be looked at.
  let seed = 7
  const random = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % n
  }
  const watched = dayStarts.filter((_, i) => i !== 3 && random(10) > 0)
  await judged(watched)
  const all = new Map<string, readonly Period[]>()
  for (let c = 0; c < 6; c++) {
    const periods: Period[] = []
    let from = (dayStarts[0] ?? 0) + (random(20) - 5) * DAY_MS
    while (from < now.getTime()) {
      const until = from + (1 + random(90)) * HOUR_MS
      const state = STATES[random(STATES.length)] ?? 'ok'
      periods.push({ state, from, until: until > now.getTime() ? Number.POSITIVE_INFINITY : until })
      from = until
    }
    all.set(`X-${c}`, periods)
    await store(`X-${c}`, periods)
  }
  const histories = new Histories(db.stage('bf_publish'))
  for (let turn = 0; turn < 2; turn++) {
    const told = await histories.of([...all.keys()], now)
    for (const [control, periods] of all) expect(told.get(control)).toBe(naive(periods, new Set(watched)))
  }
  // The next day the window has moved by one, and what was today is told from the store.
  const tomorrow = new Date(now.getTime() + DAY_MS)
  const told = await histories.of([...all.keys()], tomorrow)
  for (const [control, periods] of all)
    expect(told.get(control)?.slice(0, -2)).toBe(naive(periods, new Set(watched)).slice(1, -1))
})
