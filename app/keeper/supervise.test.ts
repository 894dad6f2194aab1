import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GrowingTree } from '../../keeper/testing/growing-tree.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { isolationLines } from './isolation.ts'
import { type KeeperInput, type RunningKeeper, startKeeper } from './supervise.ts'

const root = process.getuid?.() === 0
let top = ''
let problems: unknown[] = []
let running: RunningKeeper[] = []

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'bergfried-keeper-'))
  chmodSync(top, 0o711)
  problems = []
  running = []
})
afterEach(async () => {
  for (const keeper of running) await keeper.stop()
  rmSync(top, { recursive: true, force: true })
})

async function start(more: Partial<KeeperInput> = {}): Promise<RunningKeeper> {
  const onProblem = (error: unknown) => problems.push(error)
  const keeper = await startKeeper({ folder: join(top, 'keeper'), origin: null, onProblem, ...more })
  running.push(keeper)
  return keeper
}

const isUp = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10)
}

const HERE = { node: process.execPath, home: dirname(dirname(import.meta.dirname)) }

/** Node and our code where every account gets: a checkout below root's own folder is not such a place. */
function forAll(): typeof HERE {
  const copy = { node: join(top, 'node'), home: join(top, 'home') }
  copyFileSync(HERE.node, copy.node)
  for (const part of ['app/keeper', 'app/home.ts', 'keeper', 'engines', 'kernel', 'package.json']) {
    cpSync(join(HERE.home, part), join(copy.home, part), { recursive: true })
  }
  return copy
}

/** Runs a keeper from a process of its own, which prints one line and then waits. */
function elsewhere(folder: string, identity: { uid?: number; gid?: number } = {}, { node, home } = HERE) {
  const code = `
    const { startKeeper } = await import(${JSON.stringify(join(home, 'app/keeper/supervise.ts'))})
    const keeper = await startKeeper({ folder: ${JSON.stringify(folder)}, origin: null, onProblem: () => undefined })
    console.log(JSON.stringify({ pid: (await keeper.status()).pid, isolation: keeper.isolation }))
    setInterval(() => undefined, 1000)`
  const child: ChildProcess = spawn(node, ['--no-warnings', '--input-type=module', '-e', code], {
    ...identity,
    cwd: '/',
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = new Promise<{ pid: number; isolation: RunningKeeper['isolation'] }>((resolve, reject) => {
    child.once('exit', () => reject(new Error('ended')))
    if (child.stdout) createInterface({ input: child.stdout }).once('line', (text) => resolve(JSON.parse(text)))
  })
  return { child, line }
}

describe('the supervisor', () => {
  it('starts a keeper again that was killed, tells so, and nothing is forgotten', async () => {
    const keeper = await start()
    const tree = GrowingTree.empty().append('a')
    const note = await keeper.signer.sign(await tree.growthFrom(0))
    for (let n = 1; n <= 2; n += 1) {
      const { pid } = await keeper.status()
      process.kill(pid, 'SIGKILL')
      await until(() => problems.length >= n)
      expect((await keeper.status()).pid).not.toBe(pid)
    }
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatchObject({ code: 'keeper.unreachable' })
    expect(await keeper.signer.last()).toEqual({ size: 1, root: tree.root })
    expect(await keeper.signer.sign(await tree.growthFrom(0))).toBe(note)
  })

  it('does not start one again whose keys have become unsafe', async () => {
    const keeper = await start({ timeoutMs: 1500 })
    chmodSync(join(top, 'keeper', 'keys', 'checkpoint.key'), 0o644)
    process.kill((await keeper.status()).pid, 'SIGKILL')
    await until(() => problems.length >= 2)
    expect(problems[1]).toMatchObject({ code: 'keeper.unsafe' })
    await expect(keeper.status()).rejects.toMatchObject({ code: 'keeper.unreachable' })
  })

  it('ends it in order, and the signer says so afterwards', async () => {
    const keeper = await start()
    const { pid } = await keeper.status()
    await keeper.stop()
    expect(isUp(pid)).toBe(false)
    expect(problems).toEqual([])
    await expect(keeper.signer.last()).rejects.toMatchObject({ code: 'keeper.unreachable' })
  })

  it('takes its keeper with it, even when it is killed', async () => {
    const { child, line } = elsewhere(join(top, 'keeper'))
    const { pid } = await line.catch((error: unknown) => Promise.reject(error))
    child.kill('SIGKILL')
    await until(() => !isUp(pid))
    expect((await (await start()).status()).refusing).toBeNull()
  })

  it('says in both languages that another keeper holds the folder', async () => {
    await start()
    const second = await start().catch((error: unknown) => error)
    expect(second).toBeInstanceOf(BergfriedError)
    expect(second).toMatchObject({ code: 'evidence.locked' })
    expect((second as BergfriedError).sentence('de')).toContain('keys')
  })

  it('passes refusals on, in both languages, and tells them aloud', async () => {
    const { signer } = await start()
    const tree = GrowingTree.empty().append('a', 'b')
    await signer.sign(await tree.growthFrom(0))
    const forged = { oldSize: 2, newSize: 3, newRoot: new Uint8Array(32), consistency: [new Uint8Array(32)] }
    const error = (await signer.sign(forged).catch((thrown: unknown) => thrown)) as BergfriedError
    expect(error).toMatchObject({ code: 'keeper.refused', detail: { kind: 'fork', last: 2 } })
    expect(error.sentence('de')).toContain('beginnt nicht mit')
    expect(error.sentence('en')).toContain('does not begin with')
    await until(() => problems.length > 0)
    expect(problems[0]).toMatchObject({ code: 'keeper.refused', detail: { kind: 'fork' } })
  })

  it('reaches a keeper in a folder deeper than a socket can be', async () => {
    const folder = join(top, 'a'.repeat(100), 'b'.repeat(100), 'keeper')
    const keeper = await start({ folder })
    expect(keeper.socket.length).toBeGreaterThan(200)
    expect(await keeper.signer.last()).toBeNull()
  })

  it('keeps the name of the log: configured, kept without, refused when it changes', async () => {
    const first = await start({ origin: 'log.example.org' })
    expect(first.signer).toMatchObject({ origin: 'log.example.org' })
    expect(first.signer.verifierKey).toMatch(/^log\.example\.org\+/)
    await first.stop()
    const second = await start()
    expect(second.signer.verifierKey).toBe(first.signer.verifierKey)
    await second.stop()
    await expect(start({ origin: 'other.example.org' })).rejects.toMatchObject({
      code: 'evidence.origin_changed',
      detail: { found: 'log.example.org', expected: 'other.example.org' },
    })
  })

  it('connects to a keeper that somebody else runs', async () => {
    const { socket, signer } = await start()
    const other = await start({ socket })
    expect(other.isolation.external).toBe(true)
    expect(other.signer.verifierKey).toBe(signer.verifierKey)
    await expect(start({ socket, origin: 'other.example.org' })).rejects.toMatchObject({
      code: 'evidence.origin_changed',
    })
    await expect(start({ socket: join(top, 'none'), timeoutMs: 100 })).rejects.toMatchObject({
      code: 'keeper.unreachable',
    })
    await other.stop()
    expect((await (running[0] as RunningKeeper).status()).refusing).toBeNull()
  })
})

describe.skipIf(!root)('accounts (needs root)', () => {
  it('without root it runs under the account of the server, and says so', async () => {
    const folder = mkdtempSync(join(top, 'theirs-'))
    chownSync(folder, 65_534, 65_534)
    const { child, line } = elsewhere(join(folder, 'keeper'), { uid: 65_534, gid: 65_534 }, forAll())
    const { pid, isolation } = await line
    expect(isolation).toMatchObject({ account: 'same', uid: 65_534, besideRoot: false })
    expect(isolationLines(isolation, 'de')[0]).toContain('dasselbe')
    child.kill('SIGKILL')
    await until(() => !isUp(pid))
  })

  it('lets a group connect, and nobody else', async () => {
    const { socket } = await start({ group: 'nogroup' })
    const { node } = forAll()
    expect(statSync(socket).mode & 0o777).toBe(0o660)
    const dial = async (gid: number): Promise<number | null> => {
      const code = `require('net').connect(process.argv[1]).on('connect', () => process.exit(0)).on('error', () => process.exit(1))`
      const child = spawn(node, ['-e', code, socket], {
        uid: 60_000,
        gid,
        env: {},
        cwd: '/',
        stdio: 'ignore',
      })
      return new Promise((resolve) => child.once('exit', resolve))
    }
    expect(await dial(statSync(socket).gid)).toBe(0)
    expect(await dial(60_000)).toBe(1)
    await expect(start({ folder: join(top, 'x'), group: 'no-such-group' })).rejects.toMatchObject({
      code: 'keeper.unsafe',
    })
  })
})
