import { readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Folders, makeFolders, rawKeeper } from './testing/raw-keeper.ts'
import { removeStrippedCode } from './testing/stripped-code.ts'

afterAll(removeStrippedCode)

let folders: Folders
beforeEach(() => {
  folders = makeFolders()
})
afterEach(() => folders.remove())

/** Each with a socket folder of its own: only the keys are shared. */
async function startTogether(count: number): Promise<{ ready: number; locked: number }> {
  const others = Array.from({ length: count }, () => makeFolders())
  const keepers = others.map(({ run }) => rawKeeper({ ...folders, run }, {}))
  const said = await Promise.all(keepers.map(({ first }) => first))
  for (const keeper of keepers) await keeper.kill()
  for (const other of others) other.remove()
  const saying = (code: string) => said.filter((event) => event?.['code'] === code || event?.['event'] === code).length
  return { ready: saying('ready'), locked: saying('locked') }
}

describe('one folder of keys', () => {
  it('is held by one keeper, however many start at once, also after a kill -9', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { ready, locked } = await startTogether(5)
      expect(ready).toBe(1)
      expect(locked).toBe(4)
    }
    const names = readdirSync(folders.keys).sort()
    // Whatever the losers left is cleared away by the next winner.
    const keeper = rawKeeper(folders)
    expect(await keeper.first).toMatchObject({ event: 'ready' })
    await keeper.kill()
    const after = readdirSync(folders.keys).sort()
    expect(after.filter((name) => name.startsWith('lock'))).toHaveLength(1)
    expect(after.filter((name) => !name.startsWith('lock'))).toEqual(names.filter((name) => !name.startsWith('lock')))
  })

  it('is free again once its keeper has ended', async () => {
    const keeper = rawKeeper(folders)
    expect(await keeper.first).toMatchObject({ event: 'ready' })
    keeper.client.close()
    keeper.child.stdin?.end()
    await keeper.ended
    const again = rawKeeper(folders)
    expect(await again.first).toMatchObject({ event: 'ready' })
    await again.kill()
  })
})
