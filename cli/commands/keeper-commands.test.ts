import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProcess } from '../../app/testing/server-process.ts'

let data = ''
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'bergfried-keeper-'))
  chmodSync(data, 0o711)
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

const bergfried = (...args: string[]) => startProcess('cli/main.ts', { BERGFRIED_DATA: data }, { args })

describe('bergfried keeper', () => {
  it('run, status: one serves, the other says log, last size and isolation', async () => {
    const keeper = bergfried('keeper', 'run')
    const [, key] = await keeper.until(/verifier key +(\S+)\n[\s\S]*Key: in a file/)
    const status = bergfried('keeper', 'status', '--lang', 'de')
    expect(await status.ended).toBe(0)
    expect(status.result()).toContain(key)
    expect(status.result()).toMatch(/^Konto: .*\nNetz: .*\nSchlüssel: in einer Datei\.$/m)
    keeper.child.kill('SIGTERM')
    expect(await keeper.ended).toBe(0)
  })

  it('status says in a sentence that nobody answers', async () => {
    const status = bergfried('keeper', 'status')
    expect(await status.ended).toBe(3)
    expect(status.said()).toContain('The keeper does not answer (ENOENT)')
  })

  it('recover wants a checkpoint or a clear word, and never both', async () => {
    const bare = bergfried('keeper', 'recover')
    expect(await bare.ended).toBe(2)
    const both = bergfried('keeper', 'recover', '--never-signed', '--checkpoint', 'x')
    expect(await both.ended).toBe(2)
    const foreign = join(data, 'checkpoint')
    writeFileSync(
      foreign,
      'log.example.org\n1\nAippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=\n\n— log.example.org AAAAAAAA\n',
    )
    const nothing = bergfried('keeper', 'recover', '--checkpoint', foreign)
    expect(await nothing.ended).toBe(3)
    expect(nothing.said()).toContain('The keeper refuses: there is no key here')
  })
})
