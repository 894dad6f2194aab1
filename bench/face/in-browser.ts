import { launch } from '../../e2e/browser.ts'

const VISITS = 9

interface Resource {
  readonly name: string
  readonly transferSize: number
  readonly encodedBodySize: number
}

/** Visits of the policy page by a browser that keeps nothing: how soon it can be used, how much it loads. */
export async function inBrowser(origin: string, token: string) {
  const browser = await launch()
  const found = { usable: [] as number[], opened: [] as number[], bytes: 0, scripts: 0, fonts: 0 }
  try {
    for (let i = 0; i < VISITS; i++) {
      const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 1000 } })
      await context.addCookies([{ name: 'bergfried-session', value: token, url: origin }])
      const page = await context.newPage()
      const from = performance.now()
      await page.goto(`${origin}/policy`, { waitUntil: 'commit' })
      await page.locator('.claim').nth(49).waitFor()
      found.usable.push(performance.now() - from)
      const click = performance.now()
      await page.locator('.claim[id="INF-17"] .id').click()
      await page.locator('.checks').waitFor()
      found.opened.push(performance.now() - click)
      if (i === 0) {
        const resources = await page.evaluate(() =>
          (globalThis as unknown as { performance: { getEntriesByType(type: string): Resource[] } }).performance
            .getEntriesByType('resource')
            .map(({ name, encodedBodySize, transferSize }) => ({ name, encodedBodySize, transferSize })),
        )
        const files = resources.filter((r) => r.name.includes('/console/') && !/Details|State|ReadValues/.test(r.name))
        const sum = (some: readonly Resource[]): number => some.reduce((n, r) => n + r.encodedBodySize, 0)
        found.bytes = sum(files)
        found.scripts = sum(files.filter((r) => r.name.endsWith('.js')))
        found.fonts = sum(files.filter((r) => r.name.endsWith('.woff2')))
      }
      await context.close()
    }
  } finally {
    await browser.close()
  }
  return found
}
