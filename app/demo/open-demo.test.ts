import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instantsOfStory } from '../../demo/story.ts'
import { openCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../../engines/tlog/note.ts'
import { verifyProof } from '../../engines/tlog/offline-proof.ts'
import { judge } from '../../kernel/check/judge.ts'
import { STATES } from '../../kernel/check/roll-up.ts'
import { type ControlVerdict, controlVerdicts } from '../../kernel/check/verdicts.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import { environmentOf } from '../../kernel/config/environment.ts'
import { leafOf, type StoredEntry } from '../../kernel/ledger/leaf.ts'
import { startEvidence } from '../evidence.ts'
import { type House, openHouse } from '../house.ts'
import { Dirty } from '../judging.ts'
import { pastVerdicts } from '../past.ts'
import { DEMO_ORIGIN, openDemoHouse } from './open-demo.ts'
import { streetOf } from './street.ts'

const TELLING_MS = 150_000

let folder: string
let house: House
let made: Date
const env = (more: Record<string, string> = {}) => environmentOf({ BERGFRIED_DATA: folder, ...more })
const open = (onProgress: (done: number, total: number) => void, more: Record<string, string> = {}) =>
  openDemoHouse({
    env: env(more),
    clock: systemClock,
    language: 'de',
    listen: { host: '127.0.0.1', port: 0 },
    onProgress,
  })
const rows = <R extends object>(sql: string, params: readonly unknown[] = []) =>
  house.database.stage('bf_owner').query<R>(sql, params)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-demo-'))
  await chmod(folder, 0o711)
  // A first start that breaks off: what it left is not used.
  await expect(
    open((done) => {
      if (done === 3) throw new Error('switched off')
    }),
  ).rejects.toThrow('switched off')
  house = await open(() => undefined)
  const [row] = await rows<{ made: Date }>('select made_at as made from desk.house')
  made = row?.made ?? new Date(0)
}, TELLING_MS)
afterAll(async () => {
  await house.close()
  await house.embedded?.stop()
  await rm(folder, { recursive: true, force: true })
})

const verdictsAt = (at: Date): Promise<readonly ControlVerdict[]> =>
  controlVerdicts(house.database.stage('bf_judge'), {
    policy: house.policy,
    checks: house.checks,
    systems: null,
    at,
    current: true,
  })
const controls = (verdicts: readonly ControlVerdict[], state: string): readonly string[] =>
  verdicts.filter((v) => v.state === state).map((v) => v.control.id)

describe('a demo', () => {
  it('is refused to whoever brings a database, and to whoever opens its folder for real work', async () => {
    await expect(open(() => undefined, { DATABASE_URL: 'postgres://x@localhost/x' })).rejects.toMatchObject({
      code: 'demo.foreign_database',
    })
    const real = env({ BERGFRIED_DATA: join(folder, 'demo') })
    const config = await loadConfig(undefined, real, folder)
    await expect(openHouse({ config, env: real, clock: systemClock, sync: false })).rejects.toMatchObject({
      code: 'demo.is_demo',
    })
  })

  it('has no way to a real system: no connector but its own, no target, no system of the configuration', () => {
    expect(house.connectors.map((c) => c.id)).toEqual(['demo.host', 'demo.postgres', 'demo.endpoint'])
    expect(house.watched.filter((w) => w.target !== undefined)).toEqual([])
    expect(house.config.systems).toEqual([])
    expect(house.systems.map((s) => s.name)).not.toContain('bergfried-db')
  })

  it('shows every state that there is, and about two thirds of what can be measured in order', async () => {
    const verdicts = await verdictsAt(made)
    expect({
      alarm: controls(verdicts, 'alarm'),
      error: controls(verdicts, 'error'),
      stale: controls(verdicts, 'stale'),
      excepted: controls(verdicts, 'excepted'),
      skip: controls(verdicts, 'skip'),
    }).toEqual({
      alarm: ['INF-05', 'INF-09', 'DCS-05', 'NET-02'],
      error: ['INF-13'],
      stale: ['NET-05', 'PRD-04', 'DRP-02'],
      excepted: ['INF-16'],
      skip: ['INF-10'],
    })
    const shown = new Set<string>(verdicts.flatMap((v) => [v.state, ...v.checks.map((c) => c.state ?? '')]))
    expect(STATES.filter((state) => !shown.has(state))).toEqual([])
    const measurable = verdicts.filter((v) => v.control.checks.length + v.control.attestations.length > 0)
    const good = measurable.filter((v) => ['ok', 'attested', 'excepted'].includes(v.state))
    expect(good.length / measurable.length).toBeGreaterThan(0.6)
    expect(good.length / measurable.length).toBeLessThan(0.72)
  })

  it('judges nothing differently when all is judged again', async () => {
    const dirty = new Dirty([...house.checks.values()])
    dirty.everything(house.systems)
    const clock = { now: () => made }
    const again = await judge(house.database.stage('bf_judge'), clock, dirty.take(), 'test')
    expect(again.seen).toBeGreaterThan(4000)
    expect([again.opened, again.closed]).toEqual([0, 0])
  })

  it('judged the past by its own facts: at any instant the stored rows are what the facts of then give', async () => {
    const instants = instantsOfStory(made)
    for (const at of [0, 17, 33, 52, 71, 90].map((n) => instants[n] ?? made)) {
      const { rows: fresh } = await pastVerdicts(house, null, at)
      const derived = [...fresh].flatMap(([check, found]) =>
        found.map((r) => `${check} ${r.system} ${r.resource} ${r.status} ${r.reason}`),
      )
      const stored = await rows<{ line: string }>(
        `select concat_ws(' ', n.name, s.name, r.resource, r.status, r.reason) as line from finding.verdict_row r
         join finding.check_name n on n.id = r.check_id join desk.system s on s.id = r.system_id
         where r.valid_from <= $1 and r.valid_to > $1 and r.status in ('alarm', 'error', 'stale')`,
        [at],
      )
      expect(derived.sort(), at.toISOString()).toEqual(stored.map((r) => r.line).sort())
    }
  })

  it('has findings that opened and closed on many days, and some that are open', async () => {
    const [history] = await rows<{ closed: number; opened: number; open: number }>(`
      select count(distinct valid_from::date)::int as opened, count(distinct nullif(valid_to, 'infinity')::date)::int as closed,
        count(*) filter (where valid_to = 'infinity')::int as open
      from finding.verdict_row where status = 'alarm'`)
    expect(history?.opened).toBeGreaterThan(20)
    expect(history?.closed).toBeGreaterThan(20)
    expect(history?.open).toBeGreaterThanOrEqual(6)
    const outage = await rows(
      `select from finding.control_state where state = 'stale' and valid_from::date = ($1::timestamptz at time zone 'UTC')::date - 41`,
      [made],
    )
    expect(outage.length).toBeGreaterThan(8)
  })

  it('leaves a complete chain of evidence, and every entry is proved in a log that says demo in its name', async () => {
    const [chain] = await rows<{ n: number; last: number; broken: number }>(`
      select count(*)::int as n, max(position)::int as last,
        count(*) filter (where digest <> sha256(convert_to(body, 'UTF8')) or salt is null)::int as broken from evidence.entry`)
    expect(chain).toEqual({ n: (chain?.last ?? 0) + 1, last: chain?.last, broken: 0 })
    const { log, sealNow, stop } = await startEvidence(house, env(), () => undefined)
    try {
      await sealNow()
      expect(log.identity.origin.startsWith(DEMO_ORIGIN)).toBe(true)
      const key = parseVerifierKey(log.identity.verifierKey)
      const note = Buffer.from((await log.read('checkpoint')) ?? []).toString('utf8')
      expect(await openCheckpoint(note, key)).toMatchObject({ size: chain?.n })
      const entries = await rows<StoredEntry>('select at, kind, body, salt, leaf from evidence.entry order by position')
      for (let position = 0; position < entries.length; position += 1) {
        const entry = entries[position]
        if (entry === undefined) throw new Error('no entry')
        const proof = await log.proofOf(position)
        expect(await verifyProof(proof, leafOf(entry), { log: key, witnesses: [], quorum: 0 })).toMatchObject({
          index: position,
        })
      }
    } finally {
      await stop()
    }
  })

  it('tells its past once: a second start finds it as it is', async () => {
    const counts = () =>
      rows(`select (select count(*) from evidence.entry)::int as entries, (select count(*) from finding.verdict_row)::int as rows,
        (select count(*) from collect.collection)::int as readings, (select id from desk.house) as id`)
    const before = await counts()
    let told = 0
    const second = await open(() => {
      told += 1
    })
    expect(second.embedded?.started).toBe(false)
    await second.close()
    expect(told).toBe(0)
    expect(await counts()).toEqual(before)
  })

  it('lives: something breaks, is found, heals and is closed, through the same street', async () => {
    let at = new Date(Math.ceil(made.getTime() / 60_000 / 7) * 7 * 60_000 + 7 * 60_000)
    const street = streetOf(house, { now: () => at })
    const full = async () => {
      await street.collect(house.watched.map((w) => w.name))
      await street.judge()
      return rows(`select from finding.verdict_row r join finding.check_name n on n.id = r.check_id
        where n.name = 'monitoring.disk-below-threshold' and r.status = 'alarm' and r.valid_to = 'infinity'`)
    }
    expect(await full()).toHaveLength(1)
    expect(controls(await verdictsAt(at), 'alarm')).toContain('INF-13')
    at = new Date(at.getTime() + 2 * 60_000)
    expect(await full()).toHaveLength(0)
  })
})
