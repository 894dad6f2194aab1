import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../../engines/tlog/note.ts'
import { GrowingTree } from '../../keeper/testing/growing-tree.ts'
import { keeperAccount } from './account.ts'
import { recoverKeeper } from './recover.ts'
import { type KeeperInput, type RunningKeeper, startKeeper } from './supervise.ts'

// SoftHSM 2 of Debian stands in for a token: the same interface, the key in a file of the token's own.
const MODULE = '/usr/lib/softhsm/libsofthsm2.so'
const PIN = 'secret-pin-4711'

let top = ''
let variables: Record<string, string> = {}
let running: RunningKeeper[] = []

beforeEach(({ skip }) => skip(!existsSync(MODULE), 'needs softhsm2'))
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'bergfried-token-'))
  chmodSync(top, 0o711)
  running = []
  const tokens = join(top, 'tokens')
  mkdirSync(tokens, { mode: 0o700 })
  const conf = join(top, 'softhsm2.conf')
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  variables = { SOFTHSM2_CONF: conf }
  const { uid, gid } = await keeperAccount()
  const run = { env: { ...variables, PATH: '/usr/bin:/bin' }, stdio: 'pipe' } as const
  execFileSync(
    'softhsm2-util',
    ['--init-token', '--free', '--label', 'bergfried', '--pin', PIN, '--so-pin', '0815'],
    run,
  )
  for (const path of [tokens, ...readdirSync(tokens, { recursive: true }).map((name) => join(tokens, String(name)))]) {
    chownSync(path, uid, gid)
  }
})
afterEach(async () => {
  for (const keeper of running) await keeper.stop()
  if (top !== '') rmSync(top, { recursive: true, force: true })
})

const input = (more: Partial<KeeperInput['pkcs11'] & object> = {}) => ({
  folder: join(top, 'keeper'),
  origin: null,
  pkcs11: { module: MODULE, token: 'bergfried', key: 'checkpoint', pin: PIN, ...more },
  variables,
})

async function start(
  more: Partial<KeeperInput['pkcs11'] & object> = {},
  problems: unknown[] = [],
): Promise<RunningKeeper> {
  const keeper = await startKeeper({ ...input(more), onProblem: (error) => problems.push(error) })
  running.push(keeper)
  return keeper
}

describe('a key in a token (PKCS #11)', () => {
  it('is made there, signs there, and lies in no file of the keeper', async () => {
    const keeper = await start()
    expect(keeper.isolation).toMatchObject({ key: 'token' })
    expect(await keeper.status()).toMatchObject({ keyIn: 'token', addons: true })
    const tree = GrowingTree.empty().append('a')
    const note = await keeper.signer.sign(await tree.growthFrom(0))
    const opened = await openCheckpoint(note, parseVerifierKey(keeper.signer.verifierKey))
    expect(opened).toMatchObject({ size: 1, root: tree.root })
    expect(readdirSync(join(top, 'keeper', 'keys')).filter((name) => name.endsWith('.key'))).toEqual([])
  })

  it('is the same after a crash, and its memory too', async () => {
    const problems: unknown[] = []
    const keeper = await start({}, problems)
    const tree = GrowingTree.empty().append('a')
    const note = await keeper.signer.sign(await tree.growthFrom(0))
    process.kill((await keeper.status()).pid, 'SIGKILL')
    while (problems.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await keeper.signer.sign(await tree.growthFrom(0))).toBe(note)
    const other = { oldSize: 1, newSize: 1, newRoot: new Uint8Array(32), consistency: [] }
    await expect(keeper.signer.sign(other)).rejects.toMatchObject({ code: 'keeper.refused' })
  })

  it('without the memory of the keeper signs nothing until an operator has spoken', async () => {
    const first = await start()
    const tree = GrowingTree.empty().append('a')
    const note = await first.signer.sign(await tree.growthFrom(0))
    await first.stop()
    rmSync(join(top, 'keeper', 'keys'), { recursive: true })
    const second = await start()
    await expect(second.signer.sign(await tree.growthFrom(0))).rejects.toMatchObject({ code: 'keeper.refused' })
    await second.stop()
    expect(await recoverKeeper(input(), note)).toBe(1)
    const third = await start()
    expect(await third.signer.sign(await tree.append('b').growthFrom(1))).toContain('\n2\n')
  })

  it('has a PIN that stands in no argument, variable, file or message', async () => {
    const keeper = await start()
    const proc = `/proc/${(await keeper.status()).pid}`
    expect(readFileSync(join(proc, 'cmdline'), 'utf8')).not.toContain(PIN)
    expect(readFileSync(join(proc, 'environ'), 'utf8')).not.toContain(PIN)
    const files = readdirSync(join(top, 'keeper'), { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(PIN)
    await keeper.stop()
    const wrong = await start({ pin: `${PIN}-wrong` }).catch((error: unknown) => error)
    expect(wrong).toMatchObject({ code: 'keeper.unsafe', detail: { what: 'bergfried' } })
    expect(JSON.stringify([wrong, (wrong as Error).stack, String((wrong as Error).cause)])).not.toContain(PIN)
  })

  it('says what is missing: the module, the token', async () => {
    await expect(start({ module: '/nonexistent.so' })).rejects.toMatchObject({ code: 'keeper.unreachable' })
    await expect(start({ module: 'libc.so.6' })).rejects.toMatchObject({
      code: 'keeper.unreachable',
    })
    const error = (await start({ token: 'other' }).catch((thrown: unknown) => thrown)) as { detail: { reason: string } }
    expect(error.detail.reason).toContain('no token named other')
  })
})
