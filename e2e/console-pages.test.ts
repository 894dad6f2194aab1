import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { hasChromium, launch } from './browser.ts'

interface World {
  readonly axe: Pick<typeof axe, 'run'>
  readonly document: { readonly documentElement: { readonly scrollWidth: number; readonly lang: string } }
}

const LONG = 120_000
let folder: string
let server: ServerProcess
let browser: Browser
let door: string
let origin: string

beforeAll(async () => {
  if (!hasChromium) return
  folder = await mkdtemp(join(tmpdir(), 'bergfried-demo-'))
  await chmod(folder, 0o711)
  browser = await launch()
  server = startProcess(
    'app/server.ts',
    { BERGFRIED_DATA: join(folder, 'data'), BERGFRIED_LISTEN: '127.0.0.1:0' },
    { args: ['--demo'] },
  )
  const [, found = ''] = await server.until(/(http:\/\/localhost:\d+\/demo\/\S+)/)
  door = found
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

/** Every page with what shows that it is there. */
const PAGES: readonly (readonly [path: string, there: string])[] = [
  ['/policy', '.claim'],
  ['/policy?by=iso27001', '.claim'],
  ['/policy/INF-05', '.checks'],
  ['/systems', '.vrow code'],
  ['/systems/db-customers', 'table'],
  ['/findings', '.vrow code'],
  ['/people', '.vrow code'],
  ['/evidence', '.vrow code'],
  ['/evidence/3', 'pre'],
  ['/access', 'h1'],
  ['/firewall', 'h1'],
  ['/keys', 'h1'],
  ['/alerts', 'h1'],
  ['/network', 'h1'],
  ['/blocking', 'h1'],
  ['/backups', 'h1'],
  ['/account', 'table'],
  ['/settings/accounts', 'table'],
  ['/settings/organisation', 'form'],
]
const OUTSIDE: readonly (readonly [path: string, there: string])[] = [
  ['/sign-in', 'form'],
  ['/setup', '.notice'],
]

const violationsOf = async (page: Page) => {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as World).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }),
  )
  return violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 300)} ${n.failureSummary}`)])
}

describe.each(['de', 'en'] as const)('the console in "%s"', { timeout: LONG }, (lang) => {
  it.each([
    ['light', 1360],
    ['dark', 360],
    ['dark', 1360],
    ['light', 360],
  ] as const)(
    '%s, %i px wide, has nothing against WCAG 2.2 AA on any page, nor scrolls sideways',
    async (colorScheme, width) => {
      const locale = lang === 'de' ? 'de-DE' : 'en-GB'
      const context = await browser.newContext({
        colorScheme,
        locale,
        viewport: { width, height: 900 },
        bypassCSP: true,
      })
      // What was chosen in this browser counts more than what the account says.
      await context.addInitScript(`localStorage.setItem('bergfried-lang', '${lang}')`)
      const page = await context.newPage()
      const check = async ([path, there]: readonly [string, string]) => {
        await page.goto(`${origin}${path}`)
        await page.locator(there).first().waitFor()
        expect([path, await violationsOf(page)]).toEqual([path, []])
        const [wide, spoken] = await page.evaluate(() => {
          const { documentElement } = (globalThis as unknown as World).document
          return [documentElement.scrollWidth, documentElement.lang] as const
        })
        expect([path, spoken, Math.max(wide, width)]).toEqual([path, lang, width])
      }
      for (const one of OUTSIDE) await check(one)
      await page.goto(door)
      for (const one of PAGES) await check(one)
      await context.close()
    },
  )
})

describe('the console of the demo', { timeout: LONG }, () => {
  it('says on every page that everything is made up, the public one too', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    for (const [path] of OUTSIDE) {
      await page.goto(`${origin}${path}`)
      await page.getByText('everything shown here is made up').waitFor()
    }
    await page.goto(door)
    for (const [path] of PAGES) {
      await page.goto(`${origin}${path}`)
      await page.getByText('everything shown here is made up').waitFor()
    }
    await page.goto(`${origin}/trust/en`)
    await page.getByText('this company and all its systems are made up').waitFor()
    await page.context().close()
  })

  it('shows a member the policy, and nothing of what only others may see', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(`${door}?as=member`)
    await page.getByRole('heading', { name: 'Security policy' }).waitFor()
    for (const name of ['Systems', 'Findings', 'People', 'Evidence'])
      expect(await page.getByRole('link', { name }).count()).toBe(0)
    expect(await page.locator('.worst').count()).toBe(0)
    await page.context().close()
  })

  it('is led by the keyboard: palette, next sentence, rows of a table', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(door)
    await page.getByRole('heading', { name: 'Security policy' }).waitFor()
    await page.keyboard.press('j')
    expect(await page.locator(':focus').textContent()).toBe('INF-01')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('db-customers')
    await page
      .getByRole('option', { name: /db-customers/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/systems/db-customers')
    await page.goto(`${origin}/evidence`)
    await page.locator('.vrow code').first().waitFor()
    await page.getByRole('grid').focus()
    await page.keyboard.press('End')
    await page.locator('[id="evidence-0"]').waitFor({ state: 'detached' })
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/evidence/*')
    await page.context().close()
  })

  it('takes an exception on record, shows it, and ends it', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(door)
    await page.goto(`${origin}/policy/INF-05`)
    await page.getByRole('button', { name: 'Accept a deviation' }).click()
    await page.getByLabel('Who answers for it').fill('security-1@demo.example')
    await page.getByLabel('Why it is accepted').fill('until the migration is over')
    await page.getByLabel('Up to and including').fill('2027-03-31')
    await page.getByRole('button', { name: 'Record' }).click()
    await page.getByText('until the migration is over').waitFor()
    await page.locator('.claim[id="INF-05"] b', { hasText: 'exception' }).first().waitFor()
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await page.locator('.claim[id="INF-05"] b', { hasText: 'violated' }).first().waitFor()
    await page.context().close()
  })

  it('is told of what happens while it is open', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(door)
    await page.goto(`${origin}/systems/app-1`)
    const before = await page.locator('time').first().getAttribute('datetime')
    await page.getByRole('button', { name: 'Read now' }).click()
    await expect
      .poll(() => page.locator('time').first().getAttribute('datetime'), { timeout: 30_000, interval: 500 })
      .not.toBe(before)
    await page.context().close()
  })
})
