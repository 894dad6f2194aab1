import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TrustStage, trustStage } from '../capabilities/trust/testing/trust-stage.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { hasChromium, launch } from './browser.ts'

interface WithAxe {
  readonly axe: Pick<typeof axe, 'run'>
}

let browser: Browser
let stage: TrustStage
let origin: string
beforeAll(async () => {
  if (!hasChromium) return
  browser = await launch()
  stage = await trustStage({ now: systemClock.now() })
  await stage.state()
  await stage.seal()
  origin = await stage.http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  if (!hasChromium) return
  await browser.close()
  await stage.close()
})

beforeEach(({ skip }) => skip(!hasChromium, 'needs chromium'))

describe.each(['de', 'en'])('the trust page in "%s"', (lang) => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s, %i px wide, has nothing against WCAG 2.2 AA', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
    const page = await context.newPage()
    await page.goto(`${origin}/trust/${lang}`)
    await page.locator('#answer[data-answer=holds]').waitFor()
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as WithAxe).axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    )
    expect(violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => `${n.html} ${n.failureSummary}`)])).toEqual([])
    const wider = await page.evaluate(
      () =>
        (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }).document.documentElement
          .scrollWidth,
    )
    expect(wider).toBeLessThanOrEqual(width)
    await context.close()
  })
})
