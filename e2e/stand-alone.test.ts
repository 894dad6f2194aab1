import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HOME } from '../app/home.ts'
import { startProcess } from '../app/testing/server-process.ts'
import { runProgram } from './run-program.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-stranger-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a stranger with two folders of the source and an address verifies a real server', {
  timeout: 180_000,
}, async () => {
  const data = await mkdtemp(join(tmpdir(), 'bergfried-data-'))
  const server = startProcess('app/server.ts', { BERGFRIED_DATA: data, BERGFRIED_LISTEN: '127.0.0.1:0' })
  try {
    const [, origin = ''] = await server.until(/Bergfried is running: (http:\S+)/)
    for (const part of ['verifier', 'engines/tlog', 'engines/package.json']) {
      await cp(join(HOME, part), join(folder, part), { recursive: true }).catch(() => undefined)
    }
    const verify = (...args: readonly string[]) => runProgram('main.ts', args, folder, join(folder, 'verifier'))
    let ran = await verify(`${origin}/trust`, '--quorum', '0')
    for (let i = 0; i < 30 && ran.out.includes('no sealed statement'); i++) {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      ran = await verify(`${origin}/trust`, '--quorum', '0')
    }
    expect(ran.out).toMatch(/^Proved\./)
    expect(ran.code).toBe(0)
    // Nobody witnesses a log that runs alone: that is said, and is no proof.
    const alone = await verify(`${origin}/trust`, '--lang', 'de')
    expect(alone.out).toContain('Unbezeugt')
    expect(alone.code).toBe(3)
  } finally {
    server.child.kill('SIGTERM')
    await server.ended
    await rm(data, { recursive: true, force: true })
  }
})
