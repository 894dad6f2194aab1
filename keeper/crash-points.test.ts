import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CheckpointLog } from './checkpoint-log.ts'
import { removeUnfinished } from './durable.ts'
import { Journal } from './journal.ts'
import { fileKeys } from './keys/file-keys.ts'
import { openLog } from './opening.ts'
import type { FailingDisk } from './testing/failing-disk.ts'
import { GrowingTree } from './testing/growing-tree.ts'

const held = vi.hoisted((): { disk: FailingDisk | null } => ({ disk: null }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const { FailingDisk } = await vi.importActual<typeof import('./testing/failing-disk.ts')>('./testing/failing-disk.ts')
  held.disk = new FailingDisk()
  return held.disk.over(real)
})

const disk = (): FailingDisk => {
  if (held.disk === null) throw new Error('no disk')
  return held.disk
}

let folder = ''
let journals: Journal[] = []
const fresh = async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-keeper-'))
}
const clear = async () => {
  disk().repair()
  for (const journal of journals) await journal.close().catch(() => undefined)
  journals = []
  await rm(folder, { recursive: true, force: true })
}
beforeEach(fresh)
afterEach(clear)

async function open(): Promise<CheckpointLog> {
  await removeUnfinished(folder)
  const journal = await Journal.open(folder)
  journals.push(journal)
  return new CheckpointLog(folder, await openLog(folder, fileKeys(folder), journal, null), journal)
}

/** Lets the disk fail after n changes, for every n, until the work comes through. @returns how many points there were */
async function atEveryStep(how: 'killed' | 'power', work: () => Promise<unknown>, after: () => Promise<void>) {
  for (let n = 0; ; n += 1) {
    disk().left = n
    await work().catch(() => undefined)
    const through = !disk().failed
    disk().repair()
    if (how === 'power') folder = await disk().afterPowerLoss(folder)
    await after()
    await clear()
    await fresh()
    if (through) return n
  }
}

describe.each(['killed', 'power'] as const)('a keeper that ends at any step (%s)', (how) => {
  it('of its first start starts again, with one key for ever', async () => {
    const points = await atEveryStep(how, open, async () => {
      const first = await open()
      expect(first.refusing).toBeNull()
      expect((await open()).verifierKey).toBe(first.verifierKey)
    })
    expect(points).toBeGreaterThan(15)
  })

  it('of signing signs no second root for a size whose note has left, and goes on where it stood', async () => {
    const trees = [GrowingTree.empty().append('1')]
    for (const entry of ['2', '3']) trees.push((await trees.at(-1)?.fork())?.append(entry) ?? GrowingTree.empty())
    let left = new Map<number, string>()
    const work = async () => {
      left = new Map()
      const log = await open()
      for (const tree of trees) left.set(tree.size, (await log.sign(await tree.growthFrom(tree.size - 1))).note)
    }
    const points = await atEveryStep(how, work, async () => {
      const log = await open()
      expect(log.refusing).toBeNull()
      const size = log.last?.size ?? 0
      for (const [one, note] of left) {
        const forged = { oldSize: 0, newSize: one, newRoot: new Uint8Array(32), consistency: [] }
        await expect(log.sign(forged)).rejects.toMatchObject({ code: 'refused' })
        if (one === size) expect((await log.sign(await (trees[one - 1] as GrowingTree).growthFrom(0))).note).toBe(note)
        expect(size).toBeGreaterThanOrEqual(one)
      }
      for (const tree of trees.slice(size)) await log.sign(await tree.growthFrom(tree.size - 1))
      expect((await open()).last?.size).toBe(3)
    })
    expect(points).toBeGreaterThan(30)
  })
})

describe('a disk that fails while the keeper runs', () => {
  it('lets no signature out, and does not make it forget', async () => {
    const tree = GrowingTree.empty().append('a')
    const log = await open()
    const growth = await tree.growthFrom(0)
    let failures = 0
    for (let n = 0; ; n += 1) {
      disk().left = n
      const signed = await log.sign(growth).catch((error: { code: string }) => error)
      disk().repair()
      if ('note' in signed) break
      expect(signed.code).toBe('failed')
      failures += 1
    }
    expect(failures).toBeGreaterThan(5)
    const { note } = await log.sign(growth)
    expect((await (await open()).sign(growth)).note).toBe(note)
  })
})
