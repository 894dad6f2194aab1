import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectSigner, statusOf } from './signer.ts'
import type { StartMessage } from './start-message.ts'
import { GrowingTree } from './testing/growing-tree.ts'
import { type Folders, makeFolders, type RawKeeper, rawKeeper } from './testing/raw-keeper.ts'
import { removeStrippedCode } from './testing/stripped-code.ts'

afterAll(removeStrippedCode)

let folders: Folders
let tree: GrowingTree
let notes: string[]
const file = (name: string) => join(folders.keys, name)

beforeEach(async () => {
  folders = makeFolders()
  tree = GrowingTree.empty()
  notes = []
  await running({}, async (keeper) => {
    const signer = await connectSigner(keeper.client, null)
    for (const entry of ['a', 'b', 'c']) {
      const from = tree.size
      notes.push(await signer.sign(await tree.append(entry).growthFrom(from)))
    }
  })
})
afterEach(() => folders.remove())

async function running<T>(message: Partial<StartMessage>, work: (keeper: RawKeeper) => Promise<T>): Promise<T> {
  const keeper = rawKeeper(folders, message)
  try {
    return await work(keeper)
  } finally {
    await keeper.kill()
  }
}

const first = (message: Partial<StartMessage> = {}) => running(message, (keeper) => keeper.first)

/** What it says when it is asked to grow the log by one entry. */
const growing = () =>
  running({}, async ({ client }) => {
    const signer = await connectSigner(client, null)
    const from = tree.size
    const growth = await (await tree.fork()).append('d').growthFrom(from)
    return signer.sign(growth).then(
      () => 'signed',
      (error: { code: string; detail: { kind?: string } }) => `${error.code} ${error.detail.kind}`,
    )
  })

describe('a keeper whose memory', () => {
  it('is whole goes on', async () => expect(await growing()).toBe('signed'))

  it.each<[string, () => void]>([
    ['is gone', () => rmSync(file('checkpoint.state'))],
    ['is torn', () => writeFileSync(file('checkpoint.state'), readFileSync(file('checkpoint.state')).subarray(0, 200))],
    ['is empty', () => writeFileSync(file('checkpoint.state'), '')],
    [
      'says a smaller size than was signed',
      () => {
        const text = readFileSync(file('checkpoint.state'), 'utf8')
        writeFileSync(file('checkpoint.state'), text.replace('\\n3\\n', '\\n2\\n'))
      },
    ],
    [
      'says a smaller size, and has no journal',
      () => {
        const text = readFileSync(file('checkpoint.state'), 'utf8')
        writeFileSync(file('checkpoint.state'), text.replace('\\n3\\n', '\\n2\\n'))
        rmSync(file('journal'))
      },
    ],
    [
      'says that nothing was signed yet',
      () => {
        const state = JSON.parse(readFileSync(file('checkpoint.state'), 'utf8')) as object
        writeFileSync(file('checkpoint.state'), JSON.stringify({ ...state, note: null }))
      },
    ],
    [
      'was put back from a copy',
      () => {
        const state = JSON.parse(readFileSync(file('checkpoint.state'), 'utf8')) as object
        writeFileSync(file('checkpoint.state'), JSON.stringify({ ...state, note: notes[1] }))
      },
    ],
    ['has a journal that makes no sense', () => writeFileSync(file('journal'), 'garbage\n')],
  ])('%s signs nothing, and says so', async (_case, damage) => {
    damage()
    expect(await growing()).toBe('refused state')
    const status = await running({}, ({ client }) => statusOf(client))
    expect(status.refusing?.de).toMatch(/Zustand|Aufzeichnung|Journal/)
  })

  it('is gone goes on after an operator gave the newest checkpoint, and not an older or a foreign one', async () => {
    rmSync(file('checkpoint.state'))
    const recover = (note: string | null) => first({ recover: { note } })
    expect(await recover(null)).toMatchObject({ event: 'not-started', code: 'refused' })
    expect(await recover(notes[1] ?? '')).toMatchObject({ event: 'not-started', code: 'refused' })
    expect(await recover((notes[2] ?? '').replace('\n3\n', '\n9\n'))).toMatchObject({ code: 'refused' })
    expect(await growing()).toBe('refused state')
    expect(await recover(notes[2] ?? '')).toMatchObject({ event: 'recovered', size: 3 })
    expect(await growing()).toBe('signed')
  })

  it('has a half line at the end of its journal cuts it off: that signature never left', async () => {
    const journal = readFileSync(file('journal'), 'utf8')
    writeFileSync(file('journal'), `${journal}{"at":"2026-01-01T00:00:00.000Z","size":4,"ro`)
    expect(await first()).toMatchObject({ event: 'ready' })
    expect(readFileSync(file('journal'), 'utf8')).toBe(journal)
    expect(await growing()).toBe('signed')
  })

  it('has lost the key makes no new one', async () => {
    rmSync(file('checkpoint.key'))
    expect(await first()).toMatchObject({ event: 'not-started', code: 'refused' })
    rmSync(file('checkpoint.state'))
    expect(await first()).toMatchObject({ event: 'not-started', code: 'refused' })
  })

  it('has another key than the one that signed does not start', async () => {
    const other = makeFolders()
    const keeper = rawKeeper(other)
    await keeper.first
    await keeper.kill()
    writeFileSync(file('checkpoint.key'), readFileSync(join(other.keys, 'checkpoint.key')))
    other.remove()
    expect(await first()).toMatchObject({ event: 'not-started', code: 'refused' })
  })

  it('knows a name of the log refuses another one', async () => {
    expect(await first({ origin: 'log.example.org' })).toMatchObject({
      code: 'origin_changed',
      expected: 'log.example.org',
    })
    const fresh = makeFolders()
    const named = rawKeeper(fresh, { origin: 'log.example.org' })
    expect((await statusOf(named.client)).origin).toBe('log.example.org')
    await named.kill()
    const again = rawKeeper(fresh)
    expect((await statusOf(again.client)).origin).toBe('log.example.org')
    await again.kill()
    fresh.remove()
  })
})
