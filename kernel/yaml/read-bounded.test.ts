import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { FILE_LIMIT, readBounded } from './read-bounded.ts'

const folder = mkdtempSync(join(tmpdir(), 'bergfried-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

it('reads text up to the limit and not a byte more', async () => {
  expect(await readBounded(file('small', 'grün'))).toEqual({ source: 'grün' })
  expect(await readBounded(file('full', 'x'.repeat(FILE_LIMIT)))).toEqual({ source: 'x'.repeat(FILE_LIMIT) })
  expect(await readBounded(file('over', 'x'.repeat(FILE_LIMIT + 1)))).toMatchObject({
    reason: { en: 'larger than the limit of 256 KiB' },
  })
})

it('follows a symbolic link', async () => {
  symlinkSync(file('target', 'a: 1'), join(folder, 'link'))
  expect(await readBounded(join(folder, 'link'))).toEqual({ source: 'a: 1' })
})

it('says what it cannot read, and never waits', async () => {
  mkdirSync(join(folder, 'folder'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect(await readBounded(join(folder, 'gone'))).toEqual({ missing: true })
  expect(await readBounded(join(folder, 'small', 'below'))).toEqual({ missing: true })
  expect(await readBounded(join(folder, 'folder'))).toMatchObject({ reason: { en: 'not a regular file' } })
  expect(await readBounded(join(folder, 'pipe'))).toMatchObject({ reason: { en: 'not a regular file' } })
  expect(await readBounded('/dev/zero')).toMatchObject({ reason: { en: 'not a regular file' } })
  expect(await readBounded(file('binary', Buffer.from([0x61, 0xff, 0xfe])))).toMatchObject({
    reason: { en: 'not valid UTF-8' },
  })
})
