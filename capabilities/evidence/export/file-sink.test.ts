import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { intoFile } from './file-sink.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-sink-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a file that is exported', () => {
  it('is there when it is whole, for its owner alone', async () => {
    const path = join(folder, 'a')
    await intoFile(path, async (sink) => {
      await sink.write(Buffer.from('one '))
      expect(await readdir(folder)).toEqual(['a.partial'])
      await sink.write(Buffer.from('two'))
    })
    expect(await readFile(path, 'utf8')).toBe('one two')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('is not there where writing or what comes before its name fails', async () => {
    const fail = async () => {
      throw new Error('no')
    }
    await expect(intoFile(join(folder, 'a'), fail)).rejects.toThrow('no')
    await expect(intoFile(join(folder, 'a'), async () => 1, fail)).rejects.toThrow('no')
    expect(await readdir(folder)).toEqual([])
  })

  it('replaces no other, and says where none can be made', async () => {
    await intoFile(join(folder, 'a'), async () => undefined)
    await expect(intoFile(join(folder, 'a'), async () => undefined)).rejects.toMatchObject({ code: 'export.invalid' })
    const nowhere = join(folder, 'none', 'a')
    await expect(intoFile(nowhere, async () => undefined)).rejects.toMatchObject({ code: 'export.invalid' })
  })
})
