import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TarFile } from './tar-file.ts'
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bergfried-tar-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const LONG = `pack/${'n'.repeat(150)}.json`
const MEMBERS: readonly (readonly [string, string])[] = [
  ['pack/README.txt', 'hello\n'],
  ['pack/empty', ''],
  ['pack/block', 'x'.repeat(512)],
  [LONG, 'long'],
]

function archive(members = MEMBERS): Buffer {
  const parts = members.flatMap(([name, content]) => {
    const bytes = Buffer.from(content)
    return [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]
  })
  return Buffer.concat([...parts, TAR_END])
}

async function read(bytes: Uint8Array): Promise<[string, string][]> {
  const path = join(folder, 'a.tar')
  writeFileSync(path, bytes)
  const tar = await TarFile.open(path)
  try {
    const found: [string, string][] = []
    for await (const { name, size, offset } of tar.members())
      found.push([name, Buffer.from(await tar.read(offset, size)).toString()])
    return found
  } finally {
    await tar.close()
  }
}

describe('the archive', () => {
  it('is read by tar as it was written, owned by nobody in particular', () => {
    const path = join(folder, 'b.tar')
    writeFileSync(path, archive())
    const listed = execFileSync('tar', ['--utc', '--numeric-owner', '-tvf', path], { encoding: 'utf8' })
      .trim()
      .split('\n')
    expect(listed.map((line) => line.replace(/\s+/g, ' '))).toEqual(
      MEMBERS.map(([name, content]) => `-rw-r--r-- 0/0 ${content.length} 1970-01-01 00:00 ${name}`),
    )
    expect(execFileSync('tar', ['-xOf', path, LONG], { encoding: 'utf8' })).toBe('long')
  })

  it('comes back as it was written', async () => {
    expect(await read(archive())).toEqual(MEMBERS.map(([name, content]) => [name, content]))
  })

  it('holds files above eight gibibytes', () => {
    const size = 9 * 2 ** 30
    const header = Buffer.from(tarHeader('pack/large', size)).toString('latin1')
    expect(header).toContain(` size=${size}\n`)
    expect(header).toHaveLength(3 * 512)
  })

  it('is refused with any byte of a header changed, cut anywhere, or with something after its end', async () => {
    const whole = archive()
    for (let at = 0; at < 512; at++) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      await expect(read(changed), `byte ${at}`).rejects.toMatchObject({ code: 'verify.failed' })
    }
    for (let length = 0; length < whole.length; length += 100)
      await expect(read(whole.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({ code: 'verify.failed' })
    await expect(read(Buffer.concat([whole, Buffer.from('x')]))).rejects.toMatchObject({ code: 'verify.failed' })
  })

  it('is refused where it holds a link', async () => {
    const path = join(folder, 'c.tar')
    execFileSync('sh', [
      '-c',
      'ln -s /etc/passwd "$1/link" && tar --format=ustar -cf "$2" -C "$1" link',
      '-',
      folder,
      path,
    ])
    const tar = await TarFile.open(path)
    await expect(tar.members().next()).rejects.toMatchObject({ code: 'verify.failed' })
    await tar.close()
  })

  it('says where a file cannot be opened', async () => {
    await expect(TarFile.open(join(folder, 'none.tar'))).rejects.toMatchObject({ code: 'verify.unreachable' })
  })
})
