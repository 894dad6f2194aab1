import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isOurs } from './folder.ts'
import { Journal } from './journal.ts'

const MOST = 1000
const treeOf = (size: number) => ({ size, root: new Uint8Array(32).fill(size) })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-keeper-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the journal', () => {
  it('knows what was signed last after any number of signatures, and stays small', async () => {
    for (let size = 1; size <= 80; size += 1) {
      const journal = await Journal.open(folder, MOST)
      expect(journal.newest).toEqual(size === 1 ? null : treeOf(size - 1))
      await journal.add(treeOf(size), '2026-11-23T08:00:00.000Z')
      await journal.close()
    }
    const names = (await readdir(folder)).sort()
    expect(names).toEqual(['journal', 'journal.1', 'journal.2', 'journal.3'])
    expect(names.every(isOurs)).toBe(true)
    for (const name of names) {
      const { size, mode } = await stat(join(folder, name))
      expect(size).toBeLessThanOrEqual(MOST)
      expect(mode & 0o777).toBe(0o600)
    }
  })

  it('still knows it where the new file of a rotation is missing', async () => {
    const journal = await Journal.open(folder, MOST)
    for (let size = 1; size <= 9; size += 1) await journal.add(treeOf(size), '2026-11-23T08:00:00.000Z')
    await journal.close()
    await rm(join(folder, 'journal'))
    const again = await Journal.open(folder, MOST)
    expect(again.newest).not.toBeNull()
    await again.close()
  })
})
