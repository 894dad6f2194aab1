import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openHouse } from '../app/house.ts'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { TestNet } from '../host/firewall/testing/test-net.ts'
import { layoutOf } from '../host/layout.ts'
import { freePort } from '../host/testing/test-host.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { loadConfig } from '../kernel/config/config.ts'
import { environmentOf } from '../kernel/config/environment.ts'

const LONG = 120_000
const TAG = randomBytes(3).toString('hex')
const [ANNA, BERT] = [`anna${TAG}@example.com`, `bert${TAG}@example.com`]
const root = process.getuid?.() === 0

/** Telnet is open to everybody. */
const BAD = `table inet fw {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lo" accept
		tcp dport 23 accept
		tcp dport 22 accept
	}
}
`
const MENDED = BAD.replace('\t\ttcp dport 23 accept\n', '\t\tip saddr @bf_db_admin tcp dport 5432 accept\n').replace(
  '\tchain input',
  '\tset bf_db_admin { type ipv4_addr; flags timeout; }\n\tchain input',
)
const LOCK_OUT = `table inet fw {
	chain input { type filter hook input priority filter; policy drop; }
	chain output { type filter hook output priority filter; policy drop; oifname "lo" accept; }
}
`

let folder: string
let server: ServerProcess
let net: TestNet
let origin: string
const env: Record<string, string> = {}

const bergfried = async (
  who: string,
  ...args: readonly string[]
): Promise<{ code: number; out: string; said: string }> => {
  const run = startProcess(
    'cli/main.ts',
    { ...env, HOME: join(folder, who), XDG_CONFIG_HOME: join(folder, who) },
    { args },
  )
  const code = await run.ended
  return { code: code ?? -1, out: run.result().trim(), said: run.said() }
}
const done = async (who: string, ...args: readonly string[]): Promise<string> => {
  const { code, out, said } = await bergfried(who, ...args)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${out}\n${said}`)
  return out
}

/** Whether a port of the host answers: that nobody listens is an answer. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: net.far, port })
    const end = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(700, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'))
  })

beforeAll(async () => {
  if (!root) return
  folder = await mkdtemp(join(tmpdir(), 'bergfried-firewall-'))
  await chmod(folder, 0o711)
  const port = await freePort()
  origin = `http://localhost:${port}`
  await mkdir(join(folder, 'data'), { mode: 0o711 })
  const config = join(folder, 'bergfried.yaml')
  await writeFile(
    config,
    `listen: 127.0.0.1:${port}
entitlements:
  - { name: db-admin, title: { de: Datenbank, en: Database }, system: gw-1, kind: network, level: reach, longest: PT8H }
`,
  )
  Object.assign(env, { BERGFRIED_CONFIG: config, BERGFRIED_DATA: join(folder, 'data') })
  server = startProcess('app/server.ts', env)
  await server.until(/Bergfried is running/)
  const environment = environmentOf(env)
  const loaded = await loadConfig(undefined, environment, folder)
  const house = await openHouse({ config: loaded, env: environment, clock: systemClock, sync: false })
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
  net = await TestNet.make()
  net.load(BAD)
  const { authority, orders, token } = JSON.parse(await done('root', 'host', 'token', 'gw-1')) as Record<string, string>
  const layout = layoutOf(net.root)
  await writeFile(layout.token, `${token}\n`, { mode: 0o600 })
  // Each connection of the agent to its own loopback is a connection over the wire, through the host's rules.
  const far = await net.forward(port)
  const inside = net.inside(process.execPath, [
    '-e',
    `const n = require('net'); n.createServer((a) => { const b = n.connect(${far}, '${net.near}'); for (const [x, y] of [[a, b], [b, a]]) { x.on('error', () => y.destroy()); x.on('close', () => y.destroy()); x.pipe(y) } }).listen(${port}, '127.0.0.1')`,
  ])
  net.helpers.push(inside)
  const settings = {
    format: 'bergfried-host/1',
    server: `http://127.0.0.1:${port}`,
    host: 'gw-1',
    tls: null,
    authority,
    orders,
    mode: 'strict',
  }
  await writeFile(layout.settings, JSON.stringify(settings), { mode: 0o644 })
  net.start()
}, LONG)
afterAll(async () => {
  await net?.[Symbol.asyncDispose]()
  server?.child.kill('SIGTERM')
  await server?.ended
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}, LONG)
beforeEach(({ skip }) => skip(!root, 'needs root'))

async function approved(rules: string, ...more: readonly string[]): Promise<string> {
  const file = join(folder, 'rules.nft')
  await writeFile(file, rules)
  const id = await done('anna', 'net', 'propose', 'gw-1', file, '--need', 'telnet is open', ...more)
  const own = await bergfried('anna', 'net', 'approve', id)
  expect(own.said).toMatch(/Nobody approves a change of their own/)
  expect(await done('bert', 'net', 'approve', id)).toContain(`bergfried net apply ${id}`)
  return id
}

describe('a firewall', { timeout: LONG }, () => {
  it('with a bad rule is mended: seen, proposed, approved by somebody else, applied, confirmed, and read back as approved', async () => {
    await expect
      .poll(async () => (await bergfried('anna', 'net', 'rules', 'gw-1')).out, { timeout: 30_000, interval: 300 })
      .toContain('tcp dport 23')
    expect(await answers(23)).toBe(true)
    const file = join(folder, 'mended.nft')
    await writeFile(file, MENDED)
    expect((await bergfried('anna', 'net', 'propose', 'gw-1', file, '--what-if')).out).toMatch(
      /^different\n- ip4 input closes: .*tcp.*dport 23/m,
    )
    const id = await approved(MENDED, '--probe', `server:${net.far}:80=fail`, '--probe', `host:${net.near}:9=fail`)
    expect(await done('anna', 'net', 'apply', id)).toMatch(/^confirmed {2}equal/)
    expect(await answers(23)).toBe(false)
    expect(await answers(22)).toBe(true)
    expect(await done('anna', 'net', 'changes')).toMatch(/^gw-1 {2}equal/)
  })

  it('that a change locks everybody out of is back by itself', async () => {
    const before = net.digest()
    const id = await approved(LOCK_OUT, '--confirm', '5')
    const applied = await bergfried('anna', 'net', 'apply', id)
    expect(applied.code).toBe(1)
    expect(applied.out).toMatch(/^taken back/)
    expect(net.digest()).toBe(before)
    expect(await answers(22)).toBe(true)
  })

  it('lets an address in for a grant, and no longer than that', async () => {
    const asked = ['request', 'db-admin', '--need', 'look at a defect', '--for', '1h', '--credential', net.near]
    const id = await done('anna', ...asked)
    expect(await answers(5432)).toBe(false)
    await done('bert', 'approve', id)
    await expect.poll(() => answers(5432), { timeout: 30_000, interval: 200 }).toBe(true)
    expect(await done('bert', 'end', id, '--wait')).toMatch(/Proven gone/)
    expect(await answers(5432)).toBe(false)
    expect(await done('anna', 'net', 'changes')).toMatch(/^gw-1 {2}equal/)
  })

  it('is reviewed rule by rule, signed, and printed', async () => {
    const list = await bergfried('bert', 'net', 'review', 'gw-1')
    expect(list.code).toBe(1)
    const rules = [...list.out.matchAll(/^([0-9a-f]{8}) {2}inet fw\/input#/gm)].map(([, rule = '']) => rule)
    expect(rules).toHaveLength(4)
    const [first = '', ...others] = rules
    expect((await bergfried('bert', 'net', 'review', 'gw-1', '--sign')).out).not.toContain('keep')
    const decisions = [first, ...others].flatMap((rule) => ['--decide', `${rule}=keep:needed`])
    await bergfried('bert', 'net', 'review', 'gw-1', '--note', `${first}:owner=anna,reason=replies,expires=2099-01-01`)
    const report = join(folder, 'review.html')
    const signed = await done('bert', 'net', 'review', 'gw-1', ...decisions, '--sign', '--report', report)
    expect(signed.match(/keep: needed/g)).toHaveLength(4)
    const html = await readFile(report, 'utf8')
    expect(html).toContain(BERT)
    expect(html).toContain('bergfried-firewall-review 1')
  })

  it('that somebody changes behind the product’s back differs from what was approved, and who did it is named', async () => {
    net.nft('add', 'rule', 'inet', 'fw', 'input', 'tcp', 'dport', '23', 'accept')
    await expect
      .poll(async () => (await bergfried('anna', 'net', 'changes')).out, { timeout: 30_000, interval: 300 })
      .toMatch(/^gw-1 {2}different {2}\S+ {2}nft \d+ uid \S+/)
  })

  it('has an entry in the evidence for every step', async () => {
    const list = await done('root', 'evidence', 'list', '--kind', 'firewall').catch(() =>
      done('root', 'evidence', 'list'),
    )
    expect(list).toContain('firewall')
  })
})
