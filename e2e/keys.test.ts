import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { overServer } from '../adapters/fieldcrypt/providers/keeper-carriers.ts'
import { KeeperKeyProvider } from '../adapters/fieldcrypt/providers/keeper-provider.ts'
import { openHouse } from '../app/house.ts'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { freePort } from '../host/testing/test-host.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { loadConfig } from '../kernel/config/config.ts'
import { environmentOf } from '../kernel/config/environment.ts'

const LONG = 120_000
const [ANNA, BERT] = ['anna@example.com', 'bert@example.com']
let folder: string
let server: ServerProcess
let origin: string
const env: Record<string, string> = {}

const done = async (who: string, ...args: readonly string[]): Promise<string> => {
  const own = { ...env, HOME: join(folder, who), XDG_CONFIG_HOME: join(folder, who) }
  const run = startProcess('cli/main.ts', own, { args })
  const code = await run.ended
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${run.said()}`)
  return run.result().trim()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-keys-'))
  await chmod(folder, 0o711)
  const port = await freePort()
  origin = `http://localhost:${port}`
  await mkdir(join(folder, 'data'), { mode: 0o711 })
  const config = join(folder, 'bergfried.yaml')
  await writeFile(config, `listen: 127.0.0.1:${port}\nsystems: []\n`)
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
  for (const login of [ANNA, BERT]) {
    await house.database.stage('bf_identity').query(
      `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
       values (gen_random_uuid(), $1, $1, 'en', array['approver'], $2, $2)`,
      [login, systemClock.now()],
    )
  }
  await house.close()
  for (const [who, login] of [
    ['anna', ANNA],
    ['bert', BERT],
  ] as const) {
    await mkdir(join(folder, who), { mode: 0o700 })
    const key = join(folder, who, 'id_ed25519')
    expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status).toBe(0)
    await done(who, 'key', 'add', login, `${key}.pub`)
    await done(who, 'login', '--server', origin, '--as', login, '--key', key)
  }
  await done('bert', 'approver')
}, LONG)
afterAll(async () => {
  server?.child.kill('SIGTERM')
  await server?.ended
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}, LONG)

it('a service elsewhere wraps and unwraps by way of the server, for as long as its grant and its owner are there', {
  timeout: LONG,
}, async () => {
  const file = join(folder, 'service.pem')
  await done('anna', 'keys', 'create', 'customer-data')
  await done('anna', 'keys', 'enrol', 'shop-api', '--owner', ANNA, '--key', file)
  const listed = await done('anna', 'keys', 'list')
  const keeperKey = /^keeper {2}(\S+)$/m.exec(listed)?.[1] ?? ''
  const provider = new KeeperKeyProvider({
    key: 'customer-data',
    holder: 'shop-api',
    privateKey: createPrivateKey(await readFile(file, 'utf8')),
    keeperKey,
    carrier: overServer(origin),
    seconds: () => Math.floor(systemClock.now().getTime() / 1000),
  })
  const [secret, context] = [Buffer.alloc(32, 3), Buffer.from('row')]
  await expect(provider.wrap(secret, context)).rejects.toMatchObject({ code: 'refused', reason: 'no_grant' })
  const asked = await done('anna', 'keys', 'grant', 'customer-data', '--holder', 'shop-api', '--need', 'API keys')
  const [, id = ''] = /approve (\S+)/.exec(asked) ?? []
  await expect(done('anna', 'keys', 'approve', id)).rejects.toThrow(/Nobody approves what is theirs/)
  expect(await done('bert', 'keys', 'approve', id)).toBe('Approved and carried out')
  const wrapped = await provider.wrap(secret, context)
  expect(wrapped.kek).toBe('customer-data.1')
  expect(await done('anna', 'keys', 'rotate', 'customer-data')).toBe('Rotated: customer-data.2')
  expect(Buffer.from(await provider.unwrap(wrapped, context))).toEqual(secret)
  await done('bert', 'lock', 'person', ANNA, '--reason', 'left', '--left')
  const refused = async (): Promise<string> =>
    provider.unwrap(wrapped, context).then(
      () => 'let in',
      (error: { reason: string }) => error.reason,
    )
  await expect.poll(refused, { timeout: 10_000 }).toBe('over')
  await expect.poll(() => done('bert', 'evidence', 'list'), { timeout: 20_000 }).toMatch(/ key_use /)
})
