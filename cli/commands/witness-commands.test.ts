import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProcess } from '../../app/testing/server-process.ts'
import { submit } from '../../witness/testing/spawn-witness.ts'
import { TestLog } from '../../witness/testing/test-log.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bergfried-witness-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bergfried = (...args: string[]) => startProcess('cli/main.ts', { BERGFRIED_DATA: join(folder, 'data') }, { args })

describe('bergfried witness', () => {
  it('init, run, show: makes a witness, confirms a log, says what it saw, and needs no database', async () => {
    const witness = ['--folder', join(folder, 'w')]
    const init = bergfried('witness', 'init', ...witness, '--name', 'witness.example.org/w1')
    expect(await init.ended).toBe(0)
    expect(init.result()).toMatch(/^witness\.example\.org\/w1\+[0-9a-f]{8}\+B\S+\n$/)

    const log = new TestLog('log.example.org/a').grow(5)
    writeFileSync(join(folder, 'logs'), `${log.verifierKey}\n`)
    const run = bergfried('witness', 'run', ...witness, '--logs', join(folder, 'logs'), '--listen', '127.0.0.1:0')
    const [, url] = await run.until(/(http:\/\/127\.0\.0\.1:\d+\/)\n/)
    expect((await submit(url ?? '', await log.request(0))).status).toBe(200)
    const show = bergfried('witness', 'show', ...witness, '--format', 'json')
    expect(await show.ended).toBe(0)
    expect(JSON.parse(show.result())).toMatchObject({ name: 'witness.example.org/w1', logs: [{ size: 5 }] })
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('says what is wrong in the language asked for', async () => {
    const bare = bergfried('witness', 'init', '--lang', 'de')
    expect(await bare.ended).toBe(2)
    expect(bare.said()).toContain('--folder: fehlt.')
    const nothing = bergfried('witness', 'show', '--folder', join(folder, 'nowhere'))
    expect(await nothing.ended).toBe(3)
    expect(nothing.said()).toContain('is missing; a new witness begins with `init`')
  })
})
