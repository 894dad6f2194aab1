import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import { type ZeroStage, zeroStage } from '../kernel/testing/zero-stage.ts'
import { startProcess } from './testing/server-process.ts'

let db: TestDatabase
let stage: ZeroStage
beforeAll(async () => {
  db = await testDatabase()
  stage = await zeroStage(db)
})
afterAll(() => db.close())

const WANTED = 200

/** A small generator (mulberry32), so that a failure can be run again. */
function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const one = async <R extends object>(sql: string): Promise<R> => {
  const [row] = await db.stage('bf_owner').query<R>(sql)
  if (row === undefined) throw new Error('no row')
  return row
}

it(`kill -9 at random moments during ${WANTED} collections loses nothing committed and leaves nothing half`, async () => {
  const random = seeded(20_261_123)
  const cluster = process.env['BERGFRIED_TEST_CLUSTER'] ?? ''
  let committed = 0
  let kills = 0
  for (let round = 0; committed < WANTED; round += 1) {
    const loop = startProcess(
      'app/testing/collect-loop.ts',
      { BERGFRIED_TEST_CLUSTER: cluster },
      {
        args: [db.name, String(stage.host.id), String(round)],
      },
    )
    await loop.until(/collected/)
    await sleep(random() * 400)
    loop.child.kill('SIGKILL')
    await loop.ended
    kills += 1
    const told = [...loop.result().matchAll(/^collected \d+ \d+$/gm)].length
    committed += told
    // The server notices a dead client when it next talks to it; a statement under way ends first, whole or not at all.
    await db
      .stage('bf_owner')
      .query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and usename in ('bf_collect', 'bf_judge')`,
        [db.name],
      )
    const stored = await one<{ collections: number; entries: number }>(
      `select (select count(*) from collect.collection) as collections,
         (select count(*) from evidence.entry where kind = 'collection') as entries`,
    )
    expect(stored.collections).toBeGreaterThanOrEqual(committed)
    expect(stored.entries).toBe(stored.collections)
    const whole = await one<{ now: number; rounds: number; gaps: number; twice: number }>(
      `select (select count(*) from fact.sysctl where valid_to = 'infinity') as now,
         (select count(distinct value) from fact.sysctl where valid_to = 'infinity' and value <> '0') as rounds,
         (select count(*) from evidence.entry e where e.position > 0
            and not exists (select from evidence.entry p where p.position = e.previous)) as gaps,
         (select count(*) from (select from finding.verdict_row where valid_to = 'infinity'
            group by check_id, system_id, resource having count(*) > 1) t) as twice`,
    )
    expect(whole).toEqual({ now: 60, rounds: 1, gaps: 0, twice: 0 })
  }
  expect(kills).toBeGreaterThan(5)
  const rows = await one<{ told: number; logged: number }>(
    `select (select count(*) from finding.verdict_row) as told,
       (select sum((body::jsonb ->> 'opened')::int) from evidence.entry where kind = 'verdicts')::int as logged`,
  )
  expect(rows.logged).toBe(rows.told)
}, 180_000)
