import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { hasChromium, launch } from './browser.ts'

const LONG = 120_000

let folder: string
let server: ServerProcess
let browser: Browser
let link: string
let origin: string

beforeAll(async () => {
  if (!hasChromium) return
  folder = await mkdtemp(join(tmpdir(), 'bergfried-console-'))
  await chmod(folder, 0o711)
  browser = await launch()
  server = startProcess('app/server.ts', { BERGFRIED_DATA: join(folder, 'data'), BERGFRIED_LISTEN: '127.0.0.1:0' })
  const [, found = ''] = await server.until(/(http:\/\/localhost:\d+\/setup#\S+)/)
  link = found
  origin = new URL(found).origin
}, LONG)
afterAll(async () => {
  if (!hasChromium) return
  await browser.close()
  server.child.kill('SIGINT')
  await server.ended
  await rm(folder, { recursive: true, force: true })
})

beforeEach(({ skip }) => skip(!hasChromium, 'needs chromium'))

/** A device that holds passkeys and lets its person press yes (WebAuthn virtual authenticator). */
async function withDevice(context: BrowserContext): Promise<Page> {
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
  return page
}

/** What a page says that it should not: blocked by its policy, broken. */
function complaints(page: Page): string[] {
  const heard: string[] = []
  page.on('pageerror', (error) => heard.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) heard.push(message.text())
  })
  return heard
}

describe('a newcomer', { timeout: LONG }, () => {
  it('gets from the link to the first sentence opened with a passkey, and the link is used up', async () => {
    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await withDevice(context)
    const heard = complaints(page)
    await page.goto(link)
    await page.getByRole('radio', { name: 'English' }).check()
    await page.getByRole('button', { name: 'Next' }).click()
    expect(new URL(page.url()).hash).toBe('')
    await page.getByLabel('Your name').fill('First Owner')
    await page.getByLabel('Mail or sign-in name').fill('owner@example.com')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Example & Sons')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Create a passkey' }).click()
    await page.getByRole('heading', { name: 'Security policy' }).waitFor()
    await page.getByRole('button', { name: /^INF-05/ }).click()
    await page.getByText('Every database superuser has a valid entitlement').waitFor()
    expect(new URL(page.url()).pathname).toBe('/policy/INF-05')

    await page.getByRole('button', { name: 'Menu of First Owner' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Security policy' }).waitFor()
    expect(heard).toEqual([])

    const again = await context.newPage()
    await again.goto(link)
    await again.getByText('This link is not valid').waitFor()
    expect(await (await fetch(`${origin}/trust/en`)).text()).toContain('Example &amp; Sons')
    await context.close()
  })

  it('who is not signed in is led to the sign-in, and back to where they wanted to go', async () => {
    const page = await (await browser.newContext({ locale: 'de-DE' })).newPage()
    await page.goto(`${origin}/findings?severity=high`)
    await page.getByRole('heading', { name: 'Anmelden', exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('to')).toContain('/findings')
    await page.getByLabel('Anmeldename oder E-Mail').fill('nobody@example.com')
    await page.getByLabel('Passwort', { exact: true }).fill('wrong')
    await page.getByLabel('Einmalcode').fill('000000')
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
    await page.getByRole('alert').waitFor()
    await page.context().close()
  })
})
