import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { environmentOf } from './environment.ts'
import { readSecret } from './secrets.ts'

const folder = mkdtempSync(join(tmpdir(), 'bergfried-secret-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string, mode: number): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const read = (ref: Parameters<typeof readSecret>[0], variables = {}) =>
  readSecret(ref, 'shop-db', environmentOf(variables))

it('reads a variable and a closed file, without the line end at its end', async () => {
  expect(await read({ variable: 'P' }, { P: ' s3cret ' })).toBe(' s3cret ')
  expect(await read({ file: file('a', 's3cret\n', 0o600) })).toBe('s3cret')
  expect(await read({ file: file('b', 'grün\r\n', 0o400) })).toBe('grün')
  expect(await read({ file: file('c', ' two\nlines\n\n', 0o600) })).toBe(' two\nlines\n')
})

it.each([0o640, 0o604, 0o644, 0o660, 0o610, 0o602])('refuses a file of mode %o without its content', async (mode) => {
  const path = file('open', 's3cret', mode)
  const error: unknown = await read({ file: path }).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'config.invalid', detail: { file: path } })
  expect(String(error)).toContain('chmod 600')
  expect(String(error)).not.toContain('s3cret')
})

it('says which secret is missing', async () => {
  for (const ref of [{ variable: 'P' }, { file: join(folder, 'gone') }, { file: file('empty', '\n', 0o600) }]) {
    await expect(read(ref, { P: '' })).rejects.toMatchObject({
      code: 'config.secret_missing',
      detail: { system: 'shop-db' },
    })
  }
})

it('refuses what is no small regular file', async () => {
  await expect(read({ file: folder })).rejects.toMatchObject({ code: 'config.invalid' })
  await expect(read({ file: '/dev/zero' })).rejects.toMatchObject({ code: 'config.invalid' })
  await expect(read({ file: file('big', 'x'.repeat(65 * 1024), 0o600) })).rejects.toMatchObject({
    code: 'config.invalid',
  })
})
