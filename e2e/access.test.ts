import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOME } from '../app/home.ts'
import { openHouse } from '../app/house.ts'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { freePort, TestHost } from '../host/testing/test-host.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { loadConfig } from '../kernel/config/config.ts'
import { environmentOf } from '../kernel/config/environment.ts'

const LONG = 180_000
/** Accounts are made on this very machine: nobody else's may have their name. */
const TAG = randomBytes(3).toString('hex')
const [ANNA, BERT] = [`anna${TAG}@example.com`, `bert${TAG}@example.com`]
const root = process.getuid?.() === 0

let folder: string
let server: ServerProcess
let host: TestHost
let origin: string
const env: Record<string, string> = {}

/** The command line, as somebody on a machine of their own. */
const bergfried = (who: string, ...args: readonly string[]): ServerProcess =>
  startProcess('cli/main.ts', { ...env, HOME: join(folder, who), XDG_CONFIG_HOME: join(folder, who) }, { args })
const done = async (who: string, ...args: readonly string[]): Promise<string> => {
  const run = bergfried(who, ...args)
  const code = await run.ended
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${run.said()}`)
  return run.result().trim()
}

beforeAll(async () => {
  if (!root) return
  folder = await mkdtemp(join(tmpdir(), 'bergfried-access-'))
  await chmod(folder, 0o711)
  const port = await freePort()
  origin = `http://localhost:${port}`
  await mkdir(join(folder, 'data'), { mode: 0o711 })
  const config = join(folder, 'bergfried.yaml')
  await writeFile(
    config,
    `listen: 127.0.0.1:${port}
entitlements:
  - { name: web-shell, title: { de: Shell, en: Shell }, system: db-1, kind: host, level: shell, longest: PT8H }
`,
  )
  Object.assign(env, { BERGFRIED_CONFIG: config, BERGFRIED_DATA: join(folder, 'data') })
  server = startProcess('app/server.ts', env)
  await server.until(/Bergfried is running/)
  const environment = environmentOf(env)
  const house = await openHouse({
    config: await loadConfig(undefined, environment, folder),
    env: environment,
    clock: systemClock,
    sync: false,
  })
  for (const [login, role] of [
    [ANNA, 'member'],
    [BERT, 'approver'],
  ] as const) {
    await house.database.stage('bf_identity').query(
      `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
         values (gen_random_uuid(), $1, $1, 'en', array[$2], $3, $3)`,
      [login, role, systemClock.now()],
    )
  }
  await house.close()
  host = await TestHost.start({ pam: true })
}, LONG)
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  server?.child.kill('SIGTERM')
  await server?.ended
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}, LONG)
beforeEach(({ skip }) => skip(!root, 'needs root'))

describe('from nothing to a shell, and to its end', { timeout: LONG }, () => {
  it('enrols keys, an approver and a host', async () => {
    for (const [who, login] of [
      ['anna', ANNA],
      ['bert', BERT],
    ] as const) {
      await mkdir(join(folder, who), { mode: 0o700 })
      const key = join(folder, who, 'id_ed25519')
      expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status).toBe(0)
      expect(await done(who, 'key', 'add', login, `${key}.pub`)).toMatch(/^SHA256:/)
      expect(await done(who, 'login', '--server', origin, '--as', login, '--key', key)).toContain(login)
    }
    expect(await done('bert', 'approver')).toBe('Enrolled')
    expect(await done('anna', 'entitlements')).toContain('web-shell')
    const { authority, orders, token } = JSON.parse(await done('root', 'host', 'token', 'db-1')) as Record<
      string,
      string
    >
    host.settings(origin, { authority, orders })
    await writeFile(host.layout.userAuthority, `${authority}\n`)
    await writeFile(host.layout.token, `${token}\n`, { mode: 0o600 })
    host.spawn(process.execPath, [join(HOME, 'host/testing/agent-child.ts'), host.root, host.layout.managedGroup])
  })

  it('lets somebody in once somebody else has approved, and out when it ends, while the shell is open', async () => {
    const ssh = bergfried(
      'anna',
      ...['ssh', 'db-1', '--address', `127.0.0.1:${host.port}`, '--need', 'look at a defect', '--for', '1h'],
      ...['--option', 'StrictHostKeyChecking=no', '--option', 'UserKnownHostsFile=/dev/null'],
      ...['--command', 'echo in as $(id -un); setsid sleep 300 & sleep 300'],
    )
    const [, id = ''] = await ssh.until(/bergfried approve (\S+)/)
    expect(await done('bert', 'requests')).toContain('look at a defect')
    await expect(done('anna', 'approve', id)).rejects.toThrow(/Nobody approves a request of their own/)
    expect(await done('bert', 'approve', id)).toBe('Approved, the access begins')
    const [, account = ''] = await ssh.until(/in as (\S+)/)
    host.accounts.push(account)
    expect(account).toBe(`anna${TAG}`)
    expect(spawnSync('pgrep', ['-u', account, 'sleep'], { encoding: 'utf8' }).stdout.trim().split('\n')).toHaveLength(2)

    expect(await done('bert', 'end', id, '--wait')).toMatch(/Proven gone/)
    expect(await ssh.ended).not.toBe(0)
    expect(spawnSync('pgrep', ['-r', 'D,I,R,S,T', '-u', account], { encoding: 'utf8' }).stdout).toBe('')
    const receipt = await done('anna', 'grants', '--ended')
    expect(receipt).toMatch(new RegExp(`${id}  ${ANNA}  web-shell  db-1  early  \\S+  verified-gone  [0-9.]+ s`))
    const again = bergfried('anna', 'ssh', 'db-1', '--address', `127.0.0.1:${host.port}`)
    expect(await again.ended).toBe(2)
    expect(again.said()).toContain('--need')
  })
})
