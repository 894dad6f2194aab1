import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, statfs, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ServerProcess, startProcess } from './testing/server-process.ts'

const isRoot = process.getuid?.() === 0
const SERVER = 'app/server.ts'
const COMMAND = 'cli/main.ts'
const RUNNING = /Bergfried is running: (http:\/\/\S+)/

let folder: string
const running: ServerProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-serve-'))
  await chmod(folder, 0o711)
})
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.child.kill('SIGINT')
    await server.ended
  }
  await rm(folder, { recursive: true, force: true })
})

const env = (more: Record<string, string> = {}) => ({
  BERGFRIED_DATA: join(folder, 'data'),
  BERGFRIED_LISTEN: '127.0.0.1:0',
  ...more,
})
const serve = (more: Record<string, string> = {}): ServerProcess => {
  const server = startProcess(SERVER, env(more))
  running.push(server)
  return server
}
const stop = async (server: ServerProcess, signal: 'SIGINT' | 'SIGKILL' = 'SIGINT') => {
  server.child.kill(signal)
  return server.ended
}

describe('npm start', () => {
  it('prints the policy with live verdicts about this machine and its own database, then answers, and ends in order', async () => {
    const server = serve()
    const [, address] = await server.until(RUNNING)
    expect(server.said()).toMatch(/INF-05/)
    expect(server.said()).toMatch(/50 promises: /)
    expect(await (await fetch(`${address}/health`)).json()).toEqual({ status: 'ok' })
    expect((await fetch(`${address}/api/controls`)).status).toBe(401)
    expect(await stop(server)).toBe(0)
    expect(await readdir(join(folder, 'data', 'pgdata'))).not.toContain('postmaster.pid')
  })

  it('starts again on its data, also after kill -9, and refuses a second server on it', async () => {
    const first = serve()
    await first.until(RUNNING)
    const second = serve()
    await expect(second.until(RUNNING)).rejects.toThrow(/already running on the data folder/)
    expect(await second.ended).toBe(3)
    expect(await stop(first, 'SIGKILL')).toBeNull()
    const third = serve()
    await third.until(RUNNING)
    expect(await stop(third)).toBe(0)
  })

  it('says which address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const server = serve({ BERGFRIED_LISTEN: `127.0.0.1:${port}` })
    expect(await server.ended).toBe(3)
    expect(server.said()).toContain(`The address 127.0.0.1:${port} is taken.`)
    taken.close()
  })

  it('changes nothing in a data folder of another PostgreSQL version', async () => {
    await mkdir(join(folder, 'data', 'pgdata'), { recursive: true })
    await writeFile(join(folder, 'data', 'pgdata', 'PG_VERSION'), '14\n')
    const server = serve()
    expect(await server.ended).toBe(3)
    expect(server.said()).toMatch(/belongs to PostgreSQL 14, this release brings 18/)
    expect(await readdir(join(folder, 'data', 'pgdata'))).toEqual(['PG_VERSION'])
  })

  it('says that the database does not answer, and never its password', async () => {
    const server = serve({ DATABASE_URL: 'postgres://bergfried:geheim-42@127.0.0.1:1/bergfried' })
    expect(await server.ended).toBe(3)
    expect(server.said()).toMatch(/The database does not answer \(connection refused\)/)
    expect(server.said()).not.toContain('geheim-42')
  })

  it('names file and line of a mistake in the configuration', async () => {
    await writeFile(join(folder, 'bergfried.yaml'), 'language: de\nsystems:\n  - name: Shop DB\n    kind: host\n')
    const server = serve({ BERGFRIED_CONFIG: join(folder, 'bergfried.yaml') })
    expect(await server.ended).toBe(2)
    expect(server.said()).toMatch(/bergfried\.yaml, line 3: /)
  })

  it.skipIf(!isRoot)(
    'says it when the folder cannot be reached by the account that the database runs as (needs root)',
    async () => {
      await mkdir(join(folder, 'closed'), { mode: 0o700 })
      const server = serve({ BERGFRIED_DATA: join(folder, 'closed', 'data') })
      expect(await server.ended).toBe(3)
      expect(server.said()).toMatch(/cannot pass .*closed/)
    },
  )

  it.skipIf(!isRoot)(
    'says that the disk is full, keeps what was committed, and goes on when there is room (needs root)',
    async () => {
      const disk = join(folder, 'disk')
      await mkdir(disk, { mode: 0o755 })
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=420m,mode=0755', 'tmpfs', disk]).status).toBe(0)
      try {
        const settings = { BERGFRIED_DATA: join(disk, 'data') }
        const first = serve(settings)
        await first.until(RUNNING)
        expect(await stop(first)).toBe(0)
        const { bavail, bsize } = await statfs(disk)
        await writeFile(join(disk, 'ballast'), Buffer.alloc(bavail * bsize))
        const full = serve(settings)
        expect(await full.ended).toBe(3)
        expect(full.said()).toMatch(/The disk of the database is full/)
        await rm(join(disk, 'ballast'))
        const again = serve(settings)
        await again.until(RUNNING)
        expect(await stop(again)).toBe(0)
      } finally {
        for (const server of running.splice(0)) await stop(server, 'SIGKILL')
        spawnSync('umount', ['-l', disk])
      }
    },
  )
})

describe('bergfried check', () => {
  const command = (...args: string[]) => startProcess(COMMAND, env(), { args })

  it('answers in JSON with an exit code that says whether it holds, and leaves no process behind', async () => {
    const check = command('check', '--format', 'json', '--control', 'INF-16', '--control', 'PUB-01')
    const code = await check.ended
    expect([0, 1, 3]).toContain(code)
    const json = JSON.parse(check.result()) as { controls: { id: string; state: string }[] }
    expect(json.controls.map((c) => c.id)).toEqual(['INF-16', 'PUB-01'])
    const state = json.controls[0]?.state
    expect(code).toBe(state === 'alarm' ? 1 : state === 'error' ? 3 : 0)
    expect(await readdir(join(folder, 'data', 'pgdata'))).not.toContain('postmaster.pid')
  })

  it.each([
    [['check', '--control', 'NO-99'], 2, /There is no control/],
    [['check', '--system', 'nowhere'], 2, /There is no system/],
    [['check', '--fail-on', 'never'], 2, /alarm \| error \| stale/],
    [['check', '--at', 'yesterday'], 2, /yesterday/],
    [['chekc'], 2, /There is no command/],
    [['check', '--frobnicate'], 2, /frobnicate/],
  ] as const)('%j is wrong usage', async (args, code, sentence) => {
    const check = command(...args)
    expect(await check.ended).toBe(code)
    expect(check.said()).toMatch(sentence)
  })

  it('answers for the past from the store', async () => {
    const now = command('check', '--format', 'json')
    await now.ended
    const at = '2020-01-01T00:00:00Z'
    const past = command('check', '--at', at, '--format', 'json', '--fail-on', 'alarm')
    expect(await past.ended).toBe(0)
    const json = JSON.parse(past.result()) as { at: string; controls: { state: string }[] }
    expect(json.at).toBe('2020-01-01T00:00:00.000Z')
    expect(new Set(json.controls.map((c) => c.state))).toEqual(new Set(['unmeasured']))
  })
})

it('prints no secret of its own', async () => {
  const server = serve()
  await server.until(RUNNING)
  const secrets = Object.values(
    JSON.parse(await readFile(join(folder, 'data', 'secrets.json'), 'utf8')) as Record<string, string>,
  )
  await stop(server)
  for (const secret of secrets) expect(server.said()).not.toContain(secret)
  const logs = await readdir(join(folder, 'data', 'log'))
  expect(logs).toHaveLength(1)
  for (const file of [join('log', logs[0] ?? ''), 'start.log']) {
    const log = await readFile(join(folder, 'data', file), 'utf8')
    for (const secret of secrets) expect(log).not.toContain(secret)
  }
})

it.skipIf(!isRoot)('writes nothing through links that the account of the database could lay (needs root)', async () => {
  const first = serve()
  await first.until(RUNNING)
  await stop(first)
  const victim = join(folder, 'victim')
  await writeFile(victim, 'untouched', { mode: 0o600 })
  // Everything in the data folder that belongs to the database's account may have been replaced by it.
  for (const name of ['postgresql.conf', 'pg_hba.conf', 'bergfried.conf', 'postmaster.opts']) {
    await rm(join(folder, 'data', 'pgdata', name), { force: true })
    await symlink(victim, join(folder, 'data', 'pgdata', name))
  }
  const second = serve()
  await second.until(RUNNING).catch(() => undefined)
  await stop(second)
  expect(await readFile(victim, 'utf8')).toBe('untouched')
})
