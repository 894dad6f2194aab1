import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { exportInChild, type PackStage, packStage } from './testing/pack-stage.ts'
import { filesOf } from './testing/repack.ts'
import { memoryLog } from './testing/sealed-log.ts'

let db: TestDatabase
let stage: PackStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await packStage(db)
})
afterEach(() => stage.close())

describe('a pack', () => {
  it('verifies, and says what was proved', async () => {
    await stage.history()
    await stage.seal()
    const pack = await stage.packed()
    expect(createHash('sha256').update(pack.archive).digest('hex')).toBe(pack.sha256)
    const report = await stage.verify(pack.path)
    expect(report.sha256).toBe(pack.sha256)
    expect(report.cosigners.map((c) => c.name)).toEqual(['witness.example.org'])
    expect(report.proved).toMatchInlineSnapshot(`
      {
        "exact": 7,
        "judgements": 3,
        "leaves": 16,
        "lines": 7,
        "openings": 16,
        "periods": 3,
        "shared": 0,
        "withheld": 0,
      }
    `)
    expect(report.manifest.counts).toMatchInlineSnapshot(`
      {
        "attestations": 0,
        "changes": 7,
        "exceptions": 0,
        "facts": 7,
        "findings": 7,
        "inexact": 0,
        "leaves": 16,
        "lost": 0,
        "opened": {
          "collection": 6,
          "configuration": 1,
          "judgement": 3,
          "statement": 3,
          "verdicts": 3,
        },
        "periods": 3,
        "personal": 0,
        "withheld": 0,
      }
    `)
    expect(report.remarks.map((r) => r.en)).toEqual([
      'Opened is what concerns the chosen controls. That nothing of it is missing only a pack about all controls can show.',
    ])
  })

  it('has the same bytes for the same input, in another place of the world too', async () => {
    await stage.history()
    await stage.seal()
    const first = await stage.packed()
    stage.clock.advance(1000)
    expect((await stage.packed()).sha256).toBe(first.sha256)
    const env = {
      TZ: 'Asia/Kathmandu',
      PGTZ: 'America/St_Johns',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      PGDATESTYLE: 'SQL, DMY',
    }
    const elsewhere = exportInChild(stage, { ...process.env, ...env })
    expect(elsewhere).toMatchObject({ sha256: first.sha256, same: true })
    expect(['Asia/Kathmandu', 'Asia/Katmandu']).toContain(elsewhere.timeZone)
  })

  it('can be checked by hand as its README says', async () => {
    await stage.history()
    await stage.seal()
    const pack = await stage.packed()
    const place = await mkdtemp(join(stage.folder, 'unpacked-'))
    execFileSync('tar', ['-xf', pack.path, '-C', place])
    const inside = join(place, 'evidence-pack')
    const sums = execFileSync('sha256sum', ['--strict', '--quiet', '-c', 'digests.sha256'], {
      cwd: inside,
      encoding: 'utf8',
    })
    expect(sums).toBe('')
    const own = execFileSync('sha256sum', ['digests.sha256'], { cwd: inside, encoding: 'utf8' }).split(' ')[0]
    expect(own).toBe(pack.manifest.digests)
  })

  it('says the same of a time that is past, whatever came after', async () => {
    await stage.history(2)
    const to = new Date('2026-11-02T23:00:00Z')
    await stage.seal()
    const before = filesOf((await stage.packed({ to })).archive)
    await stage.store({ a: '9', b: '9' })
    await stage.judged()
    await stage.seal()
    const after = filesOf((await stage.packed({ to })).archive)
    const differing = [...before.keys()].filter((name) => after.get(name)?.equals(before.get(name) as Buffer) !== true)
    expect(differing.filter((name) => !name.startsWith('log/'))).toEqual(['digests.sha256', 'manifest.json'])
  })

  it('of all controls is complete, of a few not, and entries of others stay closed', async () => {
    await stage.history(1)
    await db
      .stage('bf_desk')
      .transaction((tx) => appendEntry(tx, stage.clock.now(), 'token', { event: 'ended', token: 4711 }))
    await stage.seal()
    const some = await stage.packed()
    expect(some.archive.includes('4711')).toBe(false)
    const all = await stage.packed({ controls: null })
    expect(all.archive.includes('4711')).toBe(true)
    const report = await stage.verify(all.path)
    expect(report.manifest.complete).toBe(true)
    expect(report.proved.openings).toBe(report.proved.leaves)
    expect(report.remarks).toEqual([])
  })

  it('verifies where entries of its time stand among older and younger ones', async () => {
    const late = (at: Date) =>
      db.stage('bf_judge').transaction((tx) => appendEntry(tx, at, 'judgement', { cause: 'start' }))
    await stage.store({ a: '0' })
    await stage.store({ a: '1' })
    const from = new Date(stage.clock.now().getTime() - 500)
    await late(from)
    await stage.store({ a: '2' })
    const to = new Date(stage.clock.now().getTime() + 500)
    await stage.store({ a: '3' })
    await stage.store({ a: '4' })
    await late(to)
    await stage.store({ a: '5' })
    await stage.seal()
    const pack = await stage.packed({ from, to })
    expect((await stage.verify(pack.path)).proved).toMatchObject({ leaves: 6, periods: 4 })
  })

  it('holds nothing beyond the checkpoint, and works where nothing is in the window', async () => {
    await stage.history(1)
    await stage.seal(3)
    const pack = await stage.packed()
    expect((await stage.verify(pack.path)).proved.leaves).toBe(3)
    const none = await stage.packed({ from: new Date('2020-01-01T00:00:00Z'), to: new Date('2020-02-01T00:00:00Z') })
    expect((await stage.verify(none.path)).proved).toMatchObject({ leaves: 0, openings: 0 })
  })

  it('is refused where the window, a control or the log makes no sense', async () => {
    await stage.history(1)
    await expect(stage.packed()).rejects.toMatchObject({ code: 'evidence.not_sealed' })
    await stage.seal()
    await expect(stage.packed({ from: new Date('2027-01-01T00:00:00Z') })).rejects.toMatchObject({
      code: 'export.invalid',
    })
    await expect(stage.packed({ controls: ['TST-99'] })).rejects.toMatchObject({ code: 'control.unknown' })
    const { identity } = memoryLog()
    await expect(stage.packed({ log: { ...stage.log, identity } })).rejects.toMatchObject({ code: 'evidence.store' })
    const [tile = ''] = [...stage.log.files.keys()].filter((path) => path.startsWith('tile/entries/'))
    const holed = { ...stage.log, read: async (path: string) => (path === tile ? null : stage.log.read(path)) }
    await expect(stage.packed({ log: holed })).rejects.toMatchObject({ code: 'evidence.store' })
    const sample = { seed: 'x', count: 1, kind: 'drill' }
    await expect(stage.packed({ sample })).rejects.toMatchObject({ code: 'export.invalid' })
  })
})

describe('a pack of many entries', () => {
  const MANY = 200_000

  it('is made and verified in little memory', async () => {
    await stage.history(1)
    await db.stage('bf_owner').query(
      `insert into evidence.entry (position, previous, at, kind, body, digest, salt)
       select n, n - 1, timestamptz '2026-11-02' + n * interval '1 millisecond', 'judgement', b.body,
         sha256(convert_to(b.body, 'UTF8')), sha256(convert_to('salt ' || n, 'UTF8'))
       from generate_series((select max(position) + 1 from evidence.entry), $1) n,
         lateral (select format('{"cause":"%s","checks":%s}', repeat('x', 400), n) as body) b`,
      [MANY - 1],
    )
    await stage.seal()
    // Kept whole, the bodies alone would take 80 MB.
    const child = exportInChild(stage, process.env, ['--max-old-space-size=40'])
    expect(child).toMatchObject({ same: true, leaves: MANY, openings: MANY })
    expect(child.bytes).toBeGreaterThan(100_000_000)
  }, 300_000)
})
