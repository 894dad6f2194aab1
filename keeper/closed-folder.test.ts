import { chmodSync, chownSync, linkSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkParents } from './folder.ts'
import { type Folders, makeFolders, rawKeeper } from './testing/raw-keeper.ts'
import { removeStrippedCode } from './testing/stripped-code.ts'

afterAll(removeStrippedCode)

let folders: Folders
beforeEach(async () => {
  folders = makeFolders()
  // A folder with a key in it, closed as it should be.
  const keeper = rawKeeper(folders)
  expect(await keeper.first).toMatchObject({ event: 'ready' })
  await keeper.kill()
})
afterEach(() => folders.remove())

const start = async () => {
  const keeper = rawKeeper(folders)
  const first = await keeper.first
  await keeper.kill()
  return first
}

describe('the keeper does not start', () => {
  it.each<[string, string, (keys: string) => void]>([
    ['a folder open to its group', 'mode 0750', (keys) => chmodSync(keys, 0o750)],
    ['a folder open to everybody', 'mode 0701', (keys) => chmodSync(keys, 0o701)],
    ['a key open to everybody', 'mode 0604', (keys) => chmodSync(join(keys, 'checkpoint.key'), 0o604)],
    ['a key open to its group', 'mode 0640', (keys) => chmodSync(join(keys, 'checkpoint.key'), 0o640)],
    ['a state that others may write', 'mode 0602', (keys) => chmodSync(join(keys, 'checkpoint.state'), 0o602)],
    ['a journal open to everybody', 'mode 0644', (keys) => chmodSync(join(keys, 'journal'), 0o644)],
    ['a file that is not ours', 'does not belong', (keys) => writeFileSync(join(keys, 'notes'), '', { mode: 0o600 })],
    [
      'a key that is a link',
      'a link',
      (keys) => {
        renameSync(join(keys, 'checkpoint.key'), join(dirname(keys), 'elsewhere'))
        symlinkSync(join(dirname(keys), 'elsewhere'), join(keys, 'checkpoint.key'))
      },
    ],
    [
      'a state with a second name elsewhere',
      'second name',
      (keys) => linkSync(join(keys, 'checkpoint.state'), join(dirname(keys), 'elsewhere')),
    ],
    [
      'a folder that is a link',
      'a link',
      (keys) => {
        renameSync(keys, `${keys}-real`)
        symlinkSync(`${keys}-real`, keys)
      },
    ],
  ])('with %s', async (_case, reason, loosen) => {
    loosen(folders.keys)
    const first = await start()
    expect(first).toMatchObject({ event: 'not-started', code: 'unsafe' })
    expect(first?.['reason']).toContain(reason)
    expect(first?.['reasonDe']).toBeTypeOf('string')
    expect(first?.['what']).toContain(folders.keys)
  })

  it.skipIf(process.getuid?.() !== 0)('with a key of another account (needs root)', async () => {
    chownSync(join(folders.keys, 'checkpoint.key'), 65_534, 65_534)
    expect(await start()).toMatchObject({
      event: 'not-started',
      code: 'unsafe',
      what: join(folders.keys, 'checkpoint.key'),
    })
    chownSync(folders.keys, 65_534, 65_534)
    expect(await start()).toMatchObject({ event: 'not-started', code: 'unsafe', what: folders.keys })
  })

  it('where its folder hangs in one that others may change', async () => {
    const open = join(folders.run, 'open')
    mkdirSync(join(open, 'below'), { recursive: true })
    const check = () => checkParents(join(open, 'below'), [process.getuid?.() ?? 0], [process.getgid?.() ?? 0])
    await expect(check()).resolves.toBeUndefined()
    chmodSync(open, 0o777)
    await expect(check()).rejects.toMatchObject({ code: 'unsafe', detail: { what: open } })
    // With the sticky bit nobody exchanges what others own.
    chmodSync(open, 0o1777)
    await expect(check()).resolves.toBeUndefined()
  })

  it.each([
    ['the permission model', [], '--permission'],
    ['limits on child processes', ['--permission', '--allow-fs-read=*', '--allow-child-process'], 'child'],
    ['limits on files', ['--permission', '--allow-fs-read=*'], 'fs.read'],
  ])('without %s', async (_case, flags, what) => {
    const keeper = rawKeeper(folders, {}, flags)
    expect(await keeper.first).toMatchObject({ event: 'not-started', code: 'unsafe', what })
    await keeper.kill()
  })
})
