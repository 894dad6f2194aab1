import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../engines/tlog/checkpoint.ts'
import type { Report } from './report.ts'
import type { Conflict } from './store/conflict-store.ts'
import { callWitness, makeWitness, type SpawnedWitness, submit, type WitnessHome } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const ORIGIN = 'log.example.org/a'
let home: WitnessHome
let witness: SpawnedWitness
/** What the witness has confirmed: 300 entries, so that the trees have more than one tile. */
let log: TestLog

beforeEach(async () => {
  log = new TestLog(ORIGIN).grow(300)
  home = await makeWitness('witness.example.org/w1', log.verifierKey)
  witness = await home.run()
  expect((await submit(witness.url, await log.request(0))).status).toBe(200)
})

afterEach(async () => {
  await witness.end()
  await home.remove()
})

const report = async (): Promise<Report> =>
  (await (await fetch(witness.url, { headers: { accept: 'application/json' } })).json()) as Report

/** The evidence that the witness shows to everybody. */
async function conflicts(): Promise<Conflict[]> {
  const { conflicts: listed } = await report()
  return Promise.all(
    listed.map(async ({ file }) => (await (await fetch(`${witness.url}conflicts/${file}`)).json()) as Conflict),
  )
}

const sizeSeen = async () => (await report()).logs[0]?.size

describe('a log that forks under one key and one name', () => {
  it('gets one history confirmed and never the other, whose evidence is kept', async () => {
    const [one, other] = [log.copy().grow(50, 'one'), log.copy().grow(50, 'other')]
    expect((await submit(witness.url, await one.request(300))).status).toBe(200)
    const refused = await submit(witness.url, await other.request(300))
    expect([refused.status, refused.text]).toEqual([409, '350\n'])
    expect((await submit(witness.url, await other.request(350))).status).toBe(409)
    expect((await submit(witness.url, await other.grow(20, 'other').request(350))).status).toBe(422)
    expect((await submit(witness.url, await one.grow(5).request(350))).status).toBe(200)

    const kept = await conflicts()
    expect(kept.map(({ kind }) => kind).sort()).toEqual(['fork', 'unproved'])
    const fork = kept.find(({ kind }) => kind === 'fork')
    // Whoever has the log's key alone can see it: two signatures of it, one size, two roots.
    const [known, submitted] = await Promise.all(
      [fork?.known ?? '', fork?.submitted ?? ''].map((note) => openCheckpoint(note, log.signer.key)),
    )
    expect([known?.size, submitted?.size]).toEqual([350, 350])
    expect(known?.root).not.toEqual(submitted?.root)
    expect(witness.said.join('\n')).toContain(`TWO HISTORIES: ${ORIGIN}`)
  })
})

describe('a log that was restored from an older state and grew differently', () => {
  it('is refused while it is smaller, and when it is larger', async () => {
    const restored = log.copy(200).grow(20, 'after the restore')
    const smaller = await submit(witness.url, await restored.request(200))
    expect([smaller.status, smaller.text]).toEqual([409, '300\n'])
    expect((await submit(witness.url, await restored.grow(180, 'after the restore').request(300))).status).toBe(422)
    expect(await sizeSeen()).toBe(300)
    expect((await conflicts()).map(({ kind, oldSize }) => [kind, oldSize])).toEqual([['unproved', 300]])
  })
})

describe('a log with one rewritten entry', () => {
  it.each([0, 150, 299])('is refused where entry %i was rewritten', async (index) => {
    const rewritten = log.rewritten(index, 'never happened')
    expect((await submit(witness.url, await rewritten.request(300))).status).toBe(409)
    expect((await submit(witness.url, await rewritten.grow(1).request(300))).status).toBe(422)
    expect(await sizeSeen()).toBe(300)
    expect(await conflicts()).toHaveLength(2)
  })
})

describe('evidence', () => {
  it('outlives the process and is shown by the command as well', async () => {
    await submit(witness.url, await log.rewritten(7, 'x').request(300))
    await witness.end('SIGKILL')
    witness = await home.run()
    expect(await conflicts()).toHaveLength(1)
    const shown = await callWitness('show', '--folder', home.folder, '--lang', 'de')
    expect(shown.out).toContain('ZWEI GESCHICHTEN')
  })

  it('is one file per checkpoint, and at most 64 per log and kind', async () => {
    const other = log.rewritten(7, 'x')
    for (let i = 0; i < 3; i++) await submit(witness.url, await other.grow(i === 0 ? 1 : 0).request(300))
    expect(await conflicts()).toHaveLength(1)
    for (let i = 0; i < 70; i++) await submit(witness.url, await other.grow(1).request(300))
    expect((await report()).conflicts).toHaveLength(64)
    expect((await report()).conflictsDropped).toBe(7)
  })

  it('goes where a stranger sent a true checkpoint with a wrong proof before the log did', async () => {
    const grown = log.copy().grow(3)
    const body = await grown.request(300)
    expect((await submit(witness.url, body.replace(/^old 300\n[\s\S]*?\n\n/, 'old 300\n\n'))).status).toBe(422)
    expect(await conflicts()).toHaveLength(1)
    expect((await submit(witness.url, body)).status).toBe(200)
    expect(await conflicts()).toHaveLength(0)
  })
})
