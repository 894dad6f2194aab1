import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openHouse } from '../app/house.ts'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { rehearse } from '../host/firewall/rehearse.ts'
import { freePort } from '../host/testing/test-host.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { loadConfig } from '../kernel/config/config.ts'
import { environmentOf } from '../kernel/config/environment.ts'
import { hasChromium, launch } from './browser.ts'

const LONG = 180_000
const ANNA = 'anna@example.com'

let folder: string
let server: ServerProcess
let browser: Browser
let link: string
const env: Record<string, string> = {}

const bergfried = async (...args: readonly string[]): Promise<string> => {
  const run = startProcess('cli/main.ts', { ...env, XDG_CONFIG_HOME: folder }, { args })
  const code = await run.ended
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code}\n${run.said()}`)
  return run.result().trim()
}

beforeAll(async () => {
  if (!hasChromium) return
  folder = await mkdtemp(join(tmpdir(), 'bergfried-firewall-console-'))
  await chmod(folder, 0o711)
  await mkdir(join(folder, 'data'), { mode: 0o711 })
  const config = join(folder, 'bergfried.yaml')
  const port = await freePort()
  await writeFile(config, `listen: 127.0.0.1:${port}\n`)
  Object.assign(env, { BERGFRIED_CONFIG: config, BERGFRIED_DATA: join(folder, 'data') })
  server = startProcess('app/server.ts', env)
  ;[link = ''] = await server.until(/http:\/\/localhost:\d+\/setup#\S+/)
  await server.until(/Bergfried is running/)
  const environment = environmentOf(env)
  const loaded = await loadConfig(undefined, environment, folder)
  const house = await openHouse({ config: loaded, env: environment, clock: systemClock, sync: false })
  await house.database.stage('bf_identity').query(
    `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
       values (gen_random_uuid(), $1, $1, 'en', '{approver}', $2, $2)`,
    [ANNA, systemClock.now()],
  )
  await house.close()
  browser = await launch()
}, LONG)
afterAll(async () => {
  if (!hasChromium) return
  await browser.close()
  server.child.kill('SIGTERM')
  await server.ended
  await rm(folder, { recursive: true, force: true })
}, LONG)
beforeEach(({ skip }) => skip(!hasChromium || process.getuid?.() !== 0, 'needs chromium and root'))

const RULES = `table inet fw {
	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport 22 accept
		tcp dport 23 accept
	}
}
`

it('a change is typed with what it does, approved with a passkey, counted down, and shown as taken back', {
  timeout: LONG,
}, async () => {
  const { origin } = new URL(link)
  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  await page.goto(link)
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Your name').fill('First Owner')
  await page.getByLabel('Mail or sign-in name').fill('owner@example.com')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Example & Sons')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByRole('link', { name: 'Access' }).click()
  await page.getByRole('button', { name: 'Enrol my passkey' }).click()
  await page.getByRole('heading', { name: 'Set up approving' }).waitFor({ state: 'detached' })

  const { token } = JSON.parse(await bergfried('host', 'token', 'gw-1')) as { token: string }
  const live = await rehearse(RULES)
  const report = async (more: object): Promise<void> => {
    const body = JSON.stringify({ live: null, events: [], seen: [], open: [], problems: [], ...more })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${origin}/api/hosts/self/firewall`, { method: 'POST', headers, body })
    expect(answer.status).toBe(204)
  }
  await report({ live: { digest: live.digest, text: live.text, json: JSON.stringify(live.json), boot: 'b' } })

  await page.getByRole('button', { name: 'Operations' }).click()
  await page.getByRole('link', { name: 'Firewall' }).click()
  await page.getByRole('button', { name: 'Change rules' }).click()
  const editor = page.getByLabel('All rules, as nft writes them')
  await editor.fill(live.text.replace('tcp dport 23 accept', 'tcp dport 24 accept'))
  await page.getByText(/^\+ ip4 input opens: .*dport 24/).waitFor()
  await page.getByText(/^− ip4 input closes: .*dport 23/).waitFor()
  await editor.fill(live.text.replace('policy drop', 'policy nonsense'))
  await page.getByText(/The kernel does not take these rules/).waitFor()

  const key = join(folder, 'id_ed25519')
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  await bergfried('key', 'add', ANNA, `${key}.pub`)
  await bergfried('login', '--server', origin, '--as', ANNA, '--key', key)
  const file = join(folder, 'rules.nft')
  await writeFile(file, live.text.replace('\t\ttcp dport 23 accept\n', ''))
  const id = await bergfried('net', 'propose', 'gw-1', file, '--need', 'telnet is open')
  const article = page.getByRole('article').filter({ hasText: 'telnet is open' })
  await article.getByText(/ip4 input closes: .*dport 23/).waitFor()
  await article.getByText('What is signed, word by word').click()
  expect(await article.locator('pre').textContent()).toContain(`id ${id}`)
  await article.getByRole('button', { name: 'Approve with a passkey' }).click()
  await article.getByRole('button', { name: 'Load now' }).click()
  await article.getByText('sent to the host').waitFor()
  const news = await fetch(`${origin}/api/hosts/self/firewall`, { headers: { authorization: `Bearer ${token}` } })
  const { change } = (await news.json()) as { change: { order: string } }
  const number = Number(/^number (\d+)$/m.exec(change.order)?.[1])
  const at = systemClock.now().toISOString()
  const event = { id, number, at, digest: live.digest, asApproved: null, why: null, probes: [], purged: null }
  await report({ events: [{ ...event, state: 'applied' }] })
  await article.getByText(/Taken back in \d+ s unless confirmed/).waitFor()
  await report({ events: [{ ...event, state: 'rolled_back', why: { de: 'zurück', en: 'Nobody confirmed it.' } }] })
  await article.getByText('taken back: the old rules are in force').waitFor()
  await article.getByText('Nobody confirmed it.').waitFor()

  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('heading', { name: 'Review of gw-1' }).waitFor()
  const rule = page.getByRole('row', { name: /dport 22 accept/ })
  await rule.getByText(/without owner or reason/).waitFor()
  await rule.getByLabel('Reason').fill('needed by operations')
  await rule.getByRole('button', { name: 'Write down' }).click()
  await rule.getByText('needed by operations').waitFor()
  await context.close()
})
