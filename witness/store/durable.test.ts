import type { FileHandle } from 'node:fs/promises'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { createFile, HalfWritten, replaceFile } from './durable.ts'

/** What was asked of the file system, in order. */
const calls = vi.hoisted((): string[] => [])

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>): Promise<FileHandle> => {
      const handle = await real.open(...args)
      const sync = handle.sync.bind(handle)
      handle.sync = () => {
        calls.push(`sync ${basename(String(args[0]))}`)
        return sync()
      }
      return handle
    },
    rename: (from: string, to: string) => {
      calls.push(`rename to ${basename(to)}`)
      return real.rename(from, to)
    },
    link: (from: string, to: string) => {
      calls.push(`link to ${basename(to)}`)
      return real.link(from, to)
    },
  }
})

async function within(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = join(await mkdtemp(join(tmpdir(), 'witness-')), 'folder')
  await mkdir(folder)
  calls.length = 0
  await task(folder)
  await rm(join(folder, '..'), { recursive: true })
}

it('a file is replaced by one that is on the disk, and then its name is too', () =>
  within(async (folder) => {
    await replaceFile(join(folder, 'a'), 'one')
    await replaceFile(join(folder, 'a'), 'two')
    expect(calls).toEqual([...STEPS, ...STEPS])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('two')
  }))

const STEPS = ['sync a.new', 'rename to a', 'sync folder']

it('a file that must be new is whole when it has its name', () =>
  within(async (folder) => {
    await createFile(folder, 'a', 'one')
    expect(calls).toEqual(['sync a.new', 'link to a', 'sync folder'])
    await expect(createFile(folder, 'a', 'two')).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('one')
  }))

it('says where it is not known which of the two files is there', () =>
  within(async (folder) => {
    await mkdir(join(folder, 'a'))
    await expect(replaceFile(join(folder, 'a'), 'x')).rejects.toThrow(HalfWritten)
    await expect(replaceFile(join(folder, 'nowhere', 'a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
  }))
