import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openHouse } from '../app/house.ts'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
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
  folder = await mkdtemp(join(tmpdir(), 'bergfried-access-'))
  await chmod(folder, 0o711)
  await mkdir(join(folder, 'data'), { mode: 0o711 })
  const config = join(folder, 'bergfried.yaml')
  const port = await freePort()
  await writeFile(
    config,
    `listen: 127.0.0.1:${port}
entitlements:
  - { name: wiki, title: { de: Wiki, en: Wiki }, system: wiki, kind: application, level: use }
`,
  )
  Object.assign(env, { BERGFRIED_CONFIG: config, BERGFRIED_DATA: join(folder, 'data') })
  server = startProcess('app/server.ts', env)
  ;[link = ''] = await server.until(/http:\/\/localhost:\d+\/setup#\S+/)
  await server.until(/Bergfried is running/)
  const environment = environmentOf(env)
  const loaded = await loadConfig(undefined, environment, folder)
  const house = await openHouse({ config: loaded, env: environment, clock: systemClock, sync: false })
  await house.database.stage('bf_identity').query(
    `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
       values (gen_random_uuid(), $1, $1, 'en', '{member}', $2, $2)`,
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
beforeEach(({ skip }) => skip(!hasChromium, 'needs chromium'))

it('an owner approves with the passkey of a browser, which the keeper verifies, and ends it again', {
  timeout: LONG,
}, async () => {
  const { origin } = new URL(link)
  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
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

  const key = join(folder, 'id_ed25519')
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  await bergfried('key', 'add', ANNA, `${key}.pub`)
  await bergfried('login', '--server', origin, '--as', ANNA, '--key', key)
  const id = await bergfried('request', 'wiki', '--need', 'read about backups')

  // It comes by itself: the page listens.
  await page.getByText('read about backups').first().waitFor()
  await page.getByText('What is signed, word by word').click()
  expect(await page.locator('pre').first().textContent()).toContain(`id ${id}`)
  await page.getByRole('button', { name: 'Approve with a passkey' }).click()
  const row = page.getByRole('row', { name: /anna@example.com/ })
  await row.getByText('set up', { exact: true }).waitFor()
  expect(await bergfried('grants')).toContain(id)

  await row.getByRole('button', { name: 'End' }).click()
  await page.getByText(/proven gone after .* s, tried sign-in refused/).waitFor()
  expect(await bergfried('grants', '--ended')).toMatch(new RegExp(`${id} .* early .* verified-gone`))
  await context.close()
})
