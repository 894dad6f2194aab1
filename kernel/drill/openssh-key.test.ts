import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf, opensshKeyPair } from './openssh-key.ts'

const run = promisify(execFile)
const installed = existsSync('/usr/bin/ssh-keygen')

describe('opensshKeyPair', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bergfried-key-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.skipIf(!installed)('is read by ssh-keygen, which finds the same public half and fingerprint', async () => {
    const key = opensshKeyPair('somebody@somewhere')
    const file = join(folder, 'plain')
    await writeFile(file, key.privateKey, { mode: 0o600 })
    expect((await run('ssh-keygen', ['-y', '-P', '', '-f', file])).stdout.trim()).toBe(key.publicKey)
    await writeFile(`${file}.pub`, `${key.publicKey}\n`)
    const printed = (await run('ssh-keygen', ['-l', '-f', `${file}.pub`])).stdout
    expect(printed).toBe(`256 ${fingerprintOf(key.publicKey)} somebody@somewhere (ED25519)\n`)
  })

  it.skipIf(!installed)('asks for a passphrase that does not exist when it is encrypted', async () => {
    const file = join(folder, 'sealed')
    await writeFile(file, opensshKeyPair('somebody', true).privateKey, { mode: 0o600 })
    await expect(run('ssh-keygen', ['-y', '-P', '', '-f', file])).rejects.toThrow(/incorrect passphrase/)
  })
})
