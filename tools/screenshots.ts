// `npm run screenshots`: starts the demo and writes the pictures of README and docs, so that they show what is there.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startProcess } from '../app/testing/server-process.ts'
import { launch } from '../e2e/browser.ts'

const OUT = 'docs/screenshots'

interface Shot {
  readonly name: string
  readonly path: string
  /** Shows that the page is there. */
  readonly there: string
  readonly lang: 'de' | 'en'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

const SHOTS: readonly Shot[] = [
  { name: 'policy-de', path: '/policy', there: '.claim', lang: 'de' },
  { name: 'policy-en', path: '/policy', there: '.claim', lang: 'en' },
  { name: 'policy-dark', path: '/policy', there: '.claim', lang: 'en', theme: 'dark' },
  { name: 'policy-phone', path: '/policy', there: '.claim', lang: 'de', width: 360, height: 780 },
  { name: 'sentence-de', path: '/policy/INF-09', there: '.checks', lang: 'de' },
  { name: 'sentence-en', path: '/policy/INF-09', there: '.checks', lang: 'en' },
  { name: 'findings-en', path: '/findings', there: '.vrow code', lang: 'en', height: 720 },
  { name: 'trust-de', path: '/trust/de', there: '#answer[data-answer]', lang: 'de' },
  { name: 'trust-en', path: '/trust/en', there: '#answer[data-answer]', lang: 'en' },
]

const folder = mkdtempSync(join(tmpdir(), 'bergfried-screenshots-'))
chmodSync(folder, 0o711)
mkdirSync(OUT, { recursive: true })
const browser = await launch()
const server = startProcess(
  'app/server.ts',
  { BERGFRIED_DATA: join(folder, 'data'), BERGFRIED_LISTEN: '127.0.0.1:0' },
  { args: ['--demo'] },
)
try {
  const [, door = ''] = await server.until(/(http:\/\/localhost:\d+\/demo\/\S+)/)
  for (const shot of SHOTS) {
    const context = await browser.newContext({
      viewport: { width: shot.width ?? 1280, height: shot.height ?? 900 },
      colorScheme: shot.theme ?? 'light',
      locale: shot.lang === 'de' ? 'de-DE' : 'en-GB',
      timezoneId: 'Europe/Berlin',
    })
    // What was chosen in a browser counts more than what the account says.
    await context.addInitScript(`localStorage.setItem('bergfried-lang', '${shot.lang === 'de' ? 'de' : 'en'}')`)
    const page = await context.newPage()
    await page.goto(door)
    await take(page, shot, new URL(door).origin)
    await context.close()
  }
} finally {
  await browser.close()
  server.child.kill('SIGINT')
  await server.ended
  rmSync(folder, { recursive: true, force: true })
}

async function take(page: Page, { name, path, there }: Shot, origin: string): Promise<void> {
  await page.goto(`${origin}${path}`)
  await page.locator(there).first().waitFor()
  await page.evaluate(() =>
    (globalThis as unknown as { document: { fonts: { ready: Promise<void> } } }).document.fonts.ready.then(
      () => undefined,
    ),
  )
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(OUT, `${name}.png`) })
  process.stdout.write(`${join(OUT, `${name}.png`)}\n`)
}
