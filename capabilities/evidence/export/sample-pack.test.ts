import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { verifyProof } from '../../../engines/tlog/offline-proof.ts'
import { leafOf } from '../../../kernel/ledger/leaf.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import type { Bundle } from './bundle.ts'
import { samplePackFile } from './sample-pack-file.ts'
import { type PackStage, packStage } from './testing/pack-stage.ts'
import { filesOf } from './testing/repack.ts'

let db: TestDatabase
let stage: PackStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await packStage(db)
  await stage.history(12)
  await stage.seal()
})
afterEach(() => stage.close())

const question = { seed: '3 11 19 24 38 47', count: 5, kind: '*', from: 'opened' } as const

/** Whether a bundle holds without the pack it came from. */
async function holds({ entry, proof, log, witnesses, quorum, opening }: Bundle): Promise<boolean> {
  const policy = { log: parseVerifierKey(log), witnesses: witnesses.map(parseVerifierKey), quorum }
  const { cosigners } = await verifyProof(proof, Buffer.from(entry), policy)
  if (opening === undefined) return cosigners.length >= quorum
  const { at, kind } = JSON.parse(entry) as { at: string; kind: string }
  const salt = Buffer.from(opening.salt, 'hex')
  const leaf = leafOf({ at: new Date(at), kind, body: opening.body, salt, leaf: null })
  return Buffer.from(leaf).toString('utf8') === entry
}

describe('a sample', () => {
  it('is drawn alike by everybody who has the pack and the seed, and each item is proved alone', async () => {
    const pack = await stage.packed()
    const first = await samplePackFile(pack.path, stage.keys, question)
    expect(first.population).toBe(Object.values(pack.manifest.counts.opened).reduce((a, b) => a + b))
    expect(first.items).toHaveLength(5)
    expect(await samplePackFile(pack.path, null, question)).toMatchObject({ items: first.items })
    for (const { bundle } of first.items) expect(await holds(bundle)).toBe(true)
    const other = await samplePackFile(pack.path, stage.keys, { ...question, seed: '3 11 19 24 38 48' })
    expect(other.items.map((i) => i.position)).not.toEqual(first.items.map((i) => i.position))
  })

  it('of one kind holds no other, and all where there are not more', async () => {
    const pack = await stage.packed()
    const { items, population } = await samplePackFile(pack.path, stage.keys, {
      ...question,
      kind: 'verdicts',
      count: 1000,
    })
    expect(items).toHaveLength(population)
    expect(new Set(items.map((i) => i.kind))).toEqual(new Set(['verdicts']))
    expect(new Set(items.map((i) => i.position)).size).toBe(population)
  })

  it('from the leaves reaches entries that the maker of the pack did not open', async () => {
    const pack = await stage.packed({ controls: ['TST-03'] })
    const wish = { ...question, kind: 'verdicts', count: 3 }
    expect((await samplePackFile(pack.path, stage.keys, wish)).items).toEqual([])
    const { items } = await samplePackFile(pack.path, stage.keys, { ...wish, from: 'leaves' })
    expect(items).toHaveLength(3)
    expect(items.every((item) => item.bundle.opening === undefined)).toBe(true)
    for (const { bundle } of items) expect(await holds(bundle)).toBe(true)
  })

  it('that is made with the pack is the one that the seed draws from it', async () => {
    const sample = { seed: question.seed, count: 5, kind: '*' }
    const pack = await stage.packed({ sample })
    const files = filesOf(pack.archive)
    const drawn = pack.manifest.sample?.drawn ?? []
    expect([...files.keys()].filter((name) => name.endsWith('.tlog-proof')).sort()).toEqual(
      drawn.map((position) => `sample/${position}.tlog-proof`).sort(),
    )
    for (const position of drawn) {
      const bundle = JSON.parse(String(files.get(`sample/${position}.json`))) as Bundle
      expect(await holds(bundle)).toBe(true)
      expect(String(files.get(`sample/${position}.tlog-proof`))).toBe(bundle.proof)
    }
    const { items } = await samplePackFile(pack.path, stage.keys, question)
    expect(items.map((item) => item.position)).toEqual(drawn)
  })
})
