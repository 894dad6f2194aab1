import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { leafHash } from '../../../../engines/tlog/merkle.ts'
import { decodeBundle } from '../../../../engines/tlog/tile.ts'
import { type TestDatabase, testDatabase } from '../../../../kernel/testing/cluster.ts'
import { type PackStage, packStage } from '../testing/pack-stage.ts'
import { repack } from '../testing/repack.ts'
import { leavesOf, memoryLog } from '../testing/sealed-log.ts'
import { packReportLines } from './pack-report.ts'
import { verifyPack } from './verify-pack.ts'

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

describe('a change of the database after sealing', () => {
  const owner = (sql: string) => db.stage('bf_owner').query(sql)
  beforeEach(async () => {
    await stage.history()
    await stage.seal()
  })

  it('of an entry stops the export', async () => {
    await owner(`update evidence.entry set body = replace(body, '"opened":', '"opened":1') where kind = 'verdicts'`)
    await expect(stage.packed()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })

  it.each([
    ['of a fact', `update fact.sysctl set value = '0' where name = 'c' and value = '7'`],
    ['that removes a fact', `delete from fact.sysctl where name = 'c' and value = '7'`],
    [
      'that lets a fact begin later',
      `update fact.sysctl set valid_from = valid_from + interval '1 hour' where name = 'c'`,
    ],
    [
      'that adds a fact',
      `insert into fact.sysctl select system_id, gen_random_uuid(), valid_from, valid_to, name, value from fact.sysctl limit 1`,
    ],
    ['of a finding', `update finding.verdict_row set status = 'ok' where status = 'alarm'`],
    ['that removes a finding', `delete from finding.verdict_row where status = 'alarm'`],
    ['of what a finding read', `update finding.verdict_row set dims = '{"value": "0"}' where status = 'alarm'`],
  ])('%s is found when the pack is verified', async (_, sql) => {
    await owner(sql)
    const pack = await stage.packed()
    await expect(stage.verify(pack.path)).rejects.toMatchObject({ code: 'verify.failed' })
  })
})

describe('the report on a pack', () => {
  it('says in both languages what was proved and what was not', async () => {
    await stage.history(1)
    await stage.seal()
    const report = await verifyPack((await stage.packed()).path, null)
    for (const lang of ['de', 'en'] as const) {
      const text = packReportLines(report, lang).join('\n')
      expect(text).not.toMatch(/\{\w+\}/)
      expect(text).toContain('witness.example.org')
      expect(text).toContain(lang === 'de' ? '! Die Schlüssel stammen aus dem Paket' : '! The keys come from the pack')
    }
  })
})

describe('a pack that somebody changed', () => {
  let original: string
  let other: string
  beforeEach(async () => {
    await stage.history()
    await stage.seal()
    const pack = await stage.packed({ controls: null, sample: { seed: 'x', count: 3, kind: '*' } })
    original = pack.path
    other = join(stage.folder, 'changed.tar')
    await stage.verify(original)
  })
  const change = (work: Parameters<typeof repack>[2]) => repack(original, other, work)
  const refused = () => expect(stage.verify(other)).rejects.toMatchObject({ code: 'verify.failed' })
  const lines = (files: Map<string, Buffer>, name: string) => String(files.get(name)).trimEnd().split('\n')
  const put = (files: Map<string, Buffer>, name: string, text: readonly string[]) =>
    files.set(name, Buffer.from(`${text.join('\n')}\n`))

  it('is accepted where nothing was changed', async () => {
    change(() => undefined)
    expect((await stage.verify(other)).sha256).toBe((await stage.verify(original)).sha256)
  })

  it('is refused with any byte changed', async () => {
    const whole = readFileSync(original)
    const end = whole.indexOf('evidence-pack/manifest.json')
    for (let at = 0; at < end; at += 997) {
      const flipped = Buffer.from(whole)
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      writeFileSync(other, flipped)
      await expect(stage.verify(other), `byte ${at}`).rejects.toMatchObject({ code: 'verify.failed' })
    }
  })

  it.each([
    ['body', '"opened":3', '"opened":4'],
    ['time', '2026-11-01T', '2026-11-02T'],
    ['kind', '"kind":"judgement"', '"kind":"drill"'],
  ])('is refused with another %s of an opened entry', async (_, from, to) => {
    change((files) => {
      const name = 'openings/000000.jsonl'
      files.set(
        name,
        Buffer.from(
          String(files.get(name))
            .replaceAll(from, to)
            .replaceAll(from.replaceAll('"', '\\"'), to.replaceAll('"', '\\"')),
        ),
      )
    })
    await refused()
  })

  it('is refused where an opening is left out of a complete pack', async () => {
    change((files, manifest) => {
      const name = 'openings/000000.jsonl'
      const kept = lines(files, name).filter((line) => !line.includes('"kind":"verdicts"'))
      put(files, name, kept)
      delete ((manifest['counts'] as Record<string, Record<string, number>>)['opened'] as Record<string, number>)[
        'verdicts'
      ]
    })
    await refused()
  })

  it('is refused where a period, a fact or a change is left out', async () => {
    for (const name of [
      'populations/sysctl/periods/000000.jsonl',
      'populations/sysctl/rows/000000.jsonl',
      'findings/changes/000000.jsonl',
    ]) {
      change((files) => put(files, name, lines(files, name).slice(1)))
      await refused()
    }
  })

  it('is refused with the checkpoint of another log, and with other keys', async () => {
    const stranger = memoryLog()
    await stranger.seal(await leavesOf(db))
    change((files) => files.set('log/checkpoint', Buffer.from(stranger.files.get('checkpoint') as Uint8Array)))
    await refused()
    await expect(verifyPack(original, { ...stage.keys, log: stranger.identity.verifierKey })).rejects.toMatchObject({
      code: 'verify.failed',
    })
    await expect(verifyPack(original, { ...stage.keys, quorum: 2 })).rejects.toMatchObject({ code: 'verify.failed' })
  })

  it('is refused with another entry in a bundle, also where the tile of its hash is changed with it', async () => {
    const bundle = (files: Map<string, Buffer>) =>
      [...files.keys()].find((n) => n.startsWith('log/tile/entries/')) ?? ''
    const renamed = (bytes: Buffer | undefined) =>
      Buffer.from((bytes ?? Buffer.alloc(0)).toString('latin1').replace('"judgement"', '"judgemend"'), 'latin1')
    const lowest = (files: Map<string, Buffer>) => [...files.keys()].find((n) => n.startsWith('log/tile/0/')) ?? ''
    change((files) => {
      files.set(bundle(files), renamed(files.get(bundle(files))))
    })
    await refused()
    change((files) => {
      const entries = renamed(files.get(bundle(files)))
      files.set(bundle(files), entries)
      const hashes = decodeBundle(entries, (files.get(lowest(files))?.length ?? 0) / 32).map(leafHash)
      files.set(lowest(files), Buffer.concat(hashes))
    })
    await refused()
  })

  it('is refused with a tile too many, a file too many, or a file out of its place', async () => {
    change((files) => {
      const all = [...files]
      files.clear()
      for (const [name, bytes] of all) {
        files.set(name, bytes)
        if (name === 'log/checkpoint') files.set('log/tile/7/000', Buffer.alloc(8192))
      }
    })
    await refused()
    change((files) => files.set('zzz', Buffer.from('')))
    await refused()
    change((files) => {
      const readme = files.get('README.txt') as Buffer
      files.delete('README.txt')
      files.set('README.txt', readme)
    })
    await refused()
  })

  it('is refused where the manifest counts, draws or bounds otherwise', async () => {
    change((_, manifest) => {
      manifest['counts'] = { ...(manifest['counts'] as object), facts: 1 } as never
    })
    await refused()
    change((_, manifest) => {
      const sample = manifest['sample'] as { drawn: number[] }
      manifest['sample'] = { ...sample, drawn: sample.drawn.toReversed() } as never
    })
    await refused()
    change((_, manifest) => {
      manifest['window'] = { ...(manifest['window'] as object), from: '2026-11-02T00:00:00.000Z' } as never
    })
    await refused()
    change((_, manifest) => {
      manifest['controls'] = ['TST-02']
    })
    await refused()
  })
})
