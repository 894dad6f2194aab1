import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keeperAccount } from './account.ts'
import { prepareFolders } from './folders.ts'
import { launchPlan } from './launch.ts'
import { type RunningKeeper, startKeeper } from './supervise.ts'

const root = process.getuid?.() === 0
const top = mkdtempSync(join(tmpdir(), 'bergfried-keeper-'))
chmodSync(top, 0o711)
afterAll(() => rmSync(top, { recursive: true, force: true }))

/** Tries what an attacker inside the keeper would, and says what came of it. */
const PROBE = `
import { readFileSync, writeFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
const codeOf = (error) => error.code ?? error.constructor.name
const trying = (work) => { try { work(); return 'done' } catch (error) { return codeOf(error) } }
const { spawnSync } = process.getBuiltinModule('node:child_process')
const dial = (to) => new Promise((resolve) => {
  const socket = connect(to)
  socket.once('connect', () => resolve('connected'))
  socket.once('error', (error) => resolve(codeOf(error)))
})
const [outside, port] = process.argv.slice(2)
console.log(JSON.stringify({
  readsOutside: trying(() => readFileSync(outside)),
  readsPasswords: trying(() => readFileSync('/etc/passwd')),
  listsParent: trying(() => readdirSync(import.meta.dirname + '/..')),
  readsMemory: trying(() => readFileSync('/proc/self/environ')),
  writesOutside: trying(() => writeFileSync(outside, 'x')),
  startsProcess: trying(() => spawnSync('/bin/true').error ?? 0),
  startsWorker: trying(() => new Worker('1', { eval: true })),
  runsText: trying(() => new Function('return 1')()),
  loadsNative: trying(() => process.dlopen({ exports: {} }, outside)),
  opensDebugger: trying(() => process.getBuiltinModule('node:inspector').open(0)),
  dials: await dial({ port: Number(port), host: '127.0.0.1' }),
  variables: Object.keys(process.env),
}))
process.exit(0)
`

describe('the confinement of the keeper', () => {
  it('denies files, processes, threads, native code and the network', async () => {
    const folder = join(top, 'probed')
    const account = await keeperAccount()
    const folders = await prepareFolders(folder, account, null)
    const probe = join(folders.run, 'probe.mjs')
    const outside = join(folder, 'outside')
    writeFileSync(probe, PROBE, { mode: 0o644 })
    writeFileSync(outside, 'kept')
    chmodSync(outside, 0o666)
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { file, args } = launchPlan({ account, folders, token: false, network: false })
    const text = execFileSync(file, [...args.slice(0, -1), probe, outside, String(port)], { env: {}, encoding: 'utf8' })
    server.close()
    const { dials, ...found } = JSON.parse(text) as Record<string, unknown>
    expect(found).toEqual({
      readsOutside: 'ERR_ACCESS_DENIED',
      readsPasswords: 'ERR_ACCESS_DENIED',
      listsParent: 'ERR_ACCESS_DENIED',
      readsMemory: 'ERR_ACCESS_DENIED',
      writesOutside: 'ERR_ACCESS_DENIED',
      startsProcess: 'ERR_ACCESS_DENIED',
      startsWorker: 'ERR_ACCESS_DENIED',
      runsText: 'EvalError',
      loadsNative: 'ERR_DLOPEN_DISABLED',
      opensDebugger: 'ERR_ACCESS_DENIED',
      variables: [],
    })
    expect(readFileSync(outside, 'utf8')).toBe('kept')
    if (args.includes('--net')) expect(dials).not.toBe('connected')
  })
})

describe.skipIf(!root)('a keeper that root started (needs root)', () => {
  let keeper: RunningKeeper
  let proc = ''
  beforeAll(async () => {
    keeper = await startKeeper({ folder: join(top, 'keeper'), origin: null, onProblem: () => undefined })
    proc = `/proc/${(await keeper.status()).pid}`
  })
  afterAll(() => keeper.stop())
  const status = (field: string) =>
    new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(readFileSync(join(proc, 'status'), 'utf8'))?.[1]?.split(/\s+/)

  it('has an account of its own, without any right of root, for good', () => {
    const { uid } = keeper.isolation
    expect(keeper.isolation).toMatchObject({ account: 'own', network: 'none', key: 'file', external: false })
    expect(uid).not.toBe(0)
    expect(status('Uid')).toEqual(Array(4).fill(String(uid)))
    expect(new Set(status('Gid'))).not.toContain('0')
    expect(status('CapEff')).toEqual(['0000000000000000'])
    expect(status('CapPrm')).toEqual(['0000000000000000'])
    expect(status('NoNewPrivs')).toEqual(['1'])
  })

  it('keeps its keys where no other account gets in', () => {
    const keys = join(top, 'keeper', 'keys')
    expect(statSync(keys)).toMatchObject({ uid: keeper.isolation.uid })
    expect(statSync(keys).mode & 0o777).toBe(0o700)
    expect(statSync(join(keys, 'checkpoint.key')).mode & 0o777).toBe(0o600)
    // The account of the database, or any other, as somebody on the machine would.
    const read = () =>
      execFileSync(
        'setpriv',
        ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat', join(keys, 'checkpoint.key')],
        {
          stdio: 'pipe',
        },
      )
    expect(read).toThrow(/Permission denied/)
  })

  it('cannot be traced or dumped, not even by its own account', () => {
    // What the kernel will not dump belongs to root in /proc (proc(5)).
    expect(statSync(join(proc, 'environ')).uid).toBe(0)
    const limit = /^Max core file size\s+(\d+)\s+(\d+)/m.exec(readFileSync(join(proc, 'limits'), 'utf8'))
    expect(Number(limit?.[1])).toBeLessThanOrEqual(1)
    expect(Number(limit?.[2])).toBeLessThanOrEqual(1)
    const uid = String(keeper.isolation.uid)
    const peek = () =>
      execFileSync(
        'setpriv',
        [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'head', '-c1', join(proc, 'mem')],
        {
          stdio: 'pipe',
        },
      )
    expect(peek).toThrow(/Permission denied/)
  })

  it('has no variable at all', () => {
    expect(readFileSync(join(proc, 'environ'), 'utf8')).toBe('')
  })
})

describe('folders', () => {
  it('hang in nothing that others may change', async () => {
    const open = join(top, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    const start = startKeeper({ folder: join(open, 'keeper'), origin: null, onProblem: () => undefined })
    await expect(start).rejects.toMatchObject({ code: 'keeper.unsafe', detail: { what: open } })
    expect(existsSync(join(open, 'keeper', 'keys'))).toBe(false)
  })

  it.skipIf(!root)('that the account cannot pass are refused with the place (needs root)', async () => {
    const closed = join(top, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const start = startKeeper({ folder: join(closed, 'keeper'), origin: null, onProblem: () => undefined })
    await expect(start).rejects.toMatchObject({ code: 'keeper.unsafe', detail: { what: closed } })
  })
})
