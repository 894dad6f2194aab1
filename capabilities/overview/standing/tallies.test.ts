import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Check } from '../../../kernel/check/check.ts'
import { tallyChecks } from '../../../kernel/check/tally.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { zero } from '../../../kernel/testing/zero-stage.ts'
import { fillLargeHouse } from '../testing/large-house.ts'
import { Tallies } from './tallies.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const checks: readonly Check[] = [0, 1, 2].map((i) => ({ ...zero, id: `test.check-${i}` as const }))
const STATUSES = ['ok', 'alarm', 'error', 'stale', 'skip', 'info']

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await fillLargeHouse(db, { checks, systems: 4, rows: 60, okEvery: 3, entries: 40, now: NOW })
})
afterAll(() => db.close())

const owner = (sql: string, values: readonly unknown[]) => db.stage('bf_owner').query(sql, values)

/** As the judge does: rows and the entry that names their check, together. */
async function change(check: number, row: number, status: string, at: Date): Promise<void> {
  await owner(
    `with old as (
       update finding.verdict_row set valid_to = $3 where valid_to = 'infinity' and valid_from < $3 and id = (
         select r.id from finding.verdict_row r join finding.check_name n on n.id = r.check_id
         where n.name = $1 and r.valid_to = 'infinity' order by r.id offset $2 limit 1) returning *),
     next as (
       insert into finding.verdict_row (check_id, system_id, status, resource, reason, valid_from)
       select check_id, system_id, $4::finding.status, resource, reason, $3 from old returning 1)
     insert into evidence.entry (position, previous, at, kind, body, digest, salt)
     select max(position) + 1, max(position), $3, 'verdicts', jsonb_build_object('check', $1)::text, sha256('x'), sha256('y')
     from evidence.entry`,
    [`test.check-${check}`, row, at, status],
  )
}
const except = (check: number, system: number, at: Date) =>
  owner(
    `insert into desk.exception (check_name, system_name, owner, reason, created_by, created_at, until)
     values ($1, $2, 'o', 'r', 'o', $3, $3::timestamptz + interval '2 hours')`,
    [`test.check-${check}`, `big-${1 + system}`, at],
  )
const judged = (at: Date) =>
  owner(
    `insert into finding.judgement (at, cause, checks, systems, rows, opened, closed) values ($1, 'test', 1, 1, 1, 0, 0)`,
    [at],
  )
const read = (system: number, at: Date) =>
  owner(
    `update collect.pulse set last_ok_at = $2, last_try_at = $2
     where system_id = (select id from desk.system where name = $1) and last_ok_at < $2`,
    [`big-${1 + system}`, at],
  )
const removed = (system: number, at: Date) =>
  owner('update desk.system set removed_at = $2 where name = $1 and removed_at is null', [`big-${1 + system}`, at])

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('change' as const), a: fc.nat(2), b: fc.nat(19), c: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('except' as const), a: fc.nat(2), b: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('judged' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), a: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), a: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removed' as const), a: fc.nat(3) }) },
)

it('kept counts are the kernel’s own after every step of a random walk', { timeout: 120_000 }, async () => {
  const kept = new Tallies(db.stage('bf_publish'))
  let at = NOW.getTime()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      for (const one of steps) {
        at += 1000
        const when = new Date(at)
        if (one.do === 'change') await change(one.a, one.b, STATUSES[one.c] ?? 'ok', when)
        else if (one.do === 'except') await except(one.a, one.b, when)
        else if (one.do === 'judged') await judged(when)
        else if (one.do === 'read') await read(one.a, when)
        else if (one.do === 'removed') await removed(one.a, when)
        else at += one.a * 60_000
        const now = new Date(at)
        const expected = await tallyChecks(db.stage('bf_publish'), { checks, systems: null, at: now, current: true })
        expect([one, await kept.of(checks, now)]).toEqual([one, expected])
      }
    }),
    { numRuns: 12 },
  )
})
