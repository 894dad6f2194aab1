import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TrustStage, trustStage } from '../capabilities/trust/testing/trust-stage.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { TestLog } from '../verifier/testing/test-log.ts'
import { hasChromium, launch } from './browser.ts'

let browser: Browser
let stage: TrustStage
let origin: string
let context: BrowserContext
let page: Page
/** What the browser complained about: a blocked script, an exception. */
let complaints: string[]

beforeAll(async () => {
  if (hasChromium) browser = await launch()
})
afterAll(() => hasChromium && browser.close())
beforeEach(({ skip }) => skip(!hasChromium, 'needs chromium'))

/** A server on the loopback whose statement was made so long ago. */
async function serve(agoMs = 0, witnesses = 2): Promise<void> {
  const now = systemClock.now().getTime()
  stage = await trustStage({ now: new Date(now - agoMs), witnesses })
  await stage.others(4)
  await stage.state()
  await stage.others(300)
  await stage.seal()
  stage.clock.advance(agoMs)
  origin = await stage.http.listen({ host: '127.0.0.1', port: 0 })
}

async function visitor(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  context = await browser.newContext(options)
  page = await context.newPage()
  complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
}

afterEach(async () => {
  if (!hasChromium) return
  await context.close()
  await stage.close()
})

/** Opens the page, waits for its own check, and gives the answer and what it says in words. */
async function open(path = '/trust/en'): Promise<{ answer: string; text: string; steps: Record<string, string> }> {
  await page.goto(origin + path)
  return checked()
}

const MARKS: Record<string, string> = { ok: 'yes', alarm: 'no', unmeasured: 'open' }

async function checked() {
  const answer = page.locator('#answer[data-answer]')
  await answer.waitFor({ timeout: 15_000 })
  const steps: Record<string, string> = {}
  for (const item of await page.locator('#steps li').all()) {
    steps[(await item.getAttribute('data-step')) ?? ''] = MARKS[(await item.getAttribute('data-s')) ?? ''] ?? '?'
  }
  return { answer: (await answer.getAttribute('data-answer')) ?? '', text: (await answer.textContent()) ?? '', steps }
}

/** Changes what the server says of itself on its way to the browser. */
const tamper = (change: (document: Tampered) => void): Promise<unknown> =>
  page.route('**/trust.json', async (route) => {
    const answer = await route.fetch()
    const document = (await answer.json()) as Tampered
    change(document)
    await route.fulfill({ response: answer, json: document })
  })

interface Tampered {
  policy: { chapters: { controls: { id: string; state: string }[] }[] }
  evidence: { statements: { entry: string; proof: string }[] }
}

describe('a visitor with scripts', () => {
  beforeEach(async () => {
    await serve()
    await visitor()
  })

  it.each(['de', 'en'])('sees every step of the check hold, in "%s"', async (lang) => {
    const { answer, text, steps } = await open(`/trust/${lang}`)
    expect(new Set(Object.values(steps))).toEqual(new Set(['yes']))
    expect(Object.keys(steps)).toEqual(
      expect.arrayContaining([
        'log',
        'checkpoint',
        'witnesses',
        'inclusion',
        'shown',
        'fresh',
        'head',
        'newest',
        'page',
      ]),
    )
    expect(answer).toBe('holds')
    expect(text).toBe(lang === 'de' ? 'Bewiesen.' : 'Proved.')
    expect(await page.locator('#checked').textContent()).toContain(lang === 'de' ? 'Bewiesen' : 'Proved')
    expect(await page.locator('#address').textContent()).toBe(`${origin}/trust`)
    expect(complaints).toEqual([])
  })

  it('is told at the second visit that the log continues the first', async () => {
    await open()
    await stage.others(300)
    await stage.seal()
    stage.clock.advance(2_000)
    const { answer, steps } = await open()
    expect(steps['history']).toBe('yes')
    expect(answer).toBe('holds')
    await page.locator('#again').click()
    expect((await checked()).answer).toBe('holds')
  })

  it('changes the language and stays on the page', async () => {
    await open('/trust/de')
    await page.getByRole('link', { name: 'English' }).click()
    expect((await checked()).text).toBe('Proved.')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  it('is told of a state that is not the sealed one', async () => {
    await tamper((document) => {
      const control = document.policy.chapters.flatMap((c) => c.controls).find((c) => c.state === 'alarm')
      if (control !== undefined) control.state = 'ok'
    })
    const { answer, text, steps } = await open()
    expect({ answer, shown: steps['shown'] }).toEqual({ answer: 'fails', shown: 'no' })
    expect(text).toContain('The page shows something else than what is sealed')
  })

  it('is told of a page that differs from its own data', async () => {
    await page.route('**/trust/en', async (route) => {
      const answer = await route.fetch()
      const body = (await answer.text()).replace('<b>violated</b>', '<b>holds</b>')
      await route.fulfill({ response: answer, body })
    })
    const { answer, text, steps } = await open()
    expect({ answer, page: steps['page'] }).toEqual({ answer: 'fails', page: 'no' })
    expect(text).toContain('The view shows something else')
  })

  it('is told of anything on the page that is not what was verified, and of nothing else', {
    timeout: 60_000,
  }, async () => {
    await open()
    const changes: readonly (readonly [string, string])[] = [
      ['#summary', 'e.textContent += "!"'],
      ['.chapter h2', 'e.textContent = "Other"'],
      ['.chapter .lead', 'e.textContent = "Other"'],
      ['.claim .id', 'e.textContent = "INF-99"'],
      ['.claim p', 'e.textContent = e.textContent.replace(/e/, "")'],
      ['.claim[data-s=alarm] b', 'e.textContent = "holds"'],
      ['.claim[data-s=alarm]', 'e.dataset.s = "ok"'],
      ['.claim[data-s=alarm] use', 'e.setAttribute("href", "#s-ok")'],
      ['.margin span', 'e.textContent = "population 9"'],
      ['.margin time', 'e.setAttribute("datetime", "2026-01-01T00:00:00.000Z")'],
      ['.ribbon i[data-s=alarm]', 'e.dataset.s = "ok"'],
      ['.claim', 'e.remove()'],
      ['.chapter', 'e.remove()'],
      ['.claim', 'e.after(e.cloneNode(true))'],
    ]
    for (const [selector, change] of changes) {
      await page.reload()
      expect([selector, (await checked()).answer]).toEqual([selector, 'holds'])
      await page.evaluate(`(() => { const e = document.querySelector(${JSON.stringify(selector)}); ${change} })()`)
      await page.locator('#again').click()
      expect([selector, change, (await checked()).steps['page']]).toEqual([selector, change, 'no'])
    }
  })

  it('reads of the seal what was verified, whatever the page said', async () => {
    await page.route('**/trust/en', async (route) => {
      const answer = await route.fetch()
      const body = (await answer.text()).replaceAll('confirmed by 2 witnesses', 'confirmed by 9 witnesses')
      await route.fulfill({ response: answer, body })
    })
    expect((await open()).answer).toBe('holds')
    expect(await page.locator('#seal').textContent()).toContain('confirmed by 2 witnesses')
    expect(await page.locator('[data-seal=entry]').textContent()).toBe('4 of 305')
  })

  it('is told of an entry that is not in the log', async () => {
    await tamper(({ evidence }) => {
      for (const one of evidence.statements) one.entry = one.entry.replace('"state":"alarm"', '"state":"error"')
    })
    const { answer, text, steps } = await open()
    expect({ answer, inclusion: steps['inclusion'] }).toEqual({ answer: 'fails', inclusion: 'no' })
    expect(text).toContain('not in the log like this')
  })

  it('is told of a forged checkpoint', async () => {
    await tamper(({ evidence }) => {
      for (const one of evidence.statements) one.proof = one.proof.replace(/\n305\n/, '\n306\n')
    })
    const { answer, text, steps } = await open()
    expect({ answer, checkpoint: steps['checkpoint'] }).toEqual({ answer: 'fails', checkpoint: 'no' })
    expect(text).toContain('The checkpoint is not genuine')
  })

  it('is told of a missing cosignature', async () => {
    await tamper(({ evidence }) => {
      for (const one of evidence.statements) one.proof = one.proof.replace(/— witness-2\.example\.org .*\n/, '')
    })
    const { answer, text } = await open()
    expect(answer).toBe('fails')
    expect(text).toContain('Only 1 of the 2 witnesses')
  })

  it('who comes again raises an alarm at a log that was rolled back', async () => {
    expect((await open('/trust/de')).answer).toBe('holds')
    const { signer, witnesses } = stage.log
    stage.log = new TestLog({ signer, witnesses })
    await stage.seal(6)
    stage.clock.advance(2_000)
    const { answer, text, steps } = await open('/trust/de')
    expect({ answer, history: steps['history'] }).toEqual({ answer: 'fails', history: 'no' })
    expect(text).toContain('zurückgedreht')
    expect(await page.locator('#forget').isVisible()).toBe(true)
  })

  it('who comes again raises an alarm at another key, and can start anew on purpose', async () => {
    await open()
    const { witnesses } = stage.log
    stage.log = new TestLog({ witnesses })
    await stage.seal()
    stage.clock.advance(2_000)
    expect((await open()).text).toContain('the key of the log is not the one of last time')
    await page.locator('#forget').click()
    await page.locator('#answer[data-answer=holds]').waitFor()
  })

  it('without a way to the log is told that not everything could be checked', async () => {
    await page.route('**/log/**', (route) => route.abort())
    const { answer, steps } = await open()
    expect({ answer, head: steps['head'], shown: steps['shown'] }).toEqual({
      answer: 'unknown',
      head: 'open',
      shown: 'yes',
    })
  })
})

it('an unwitnessed log is no proof, and the page says so', async () => {
  await serve(0, 0)
  await visitor()
  const { answer, text, steps } = await open('/trust/de')
  expect({ answer, witnesses: steps['witnesses'] }).toEqual({ answer: 'unknown', witnesses: 'open' })
  expect(text).toContain('Unbezeugt')
  expect(await page.locator('#forget').isVisible()).toBe(false)
})

it('an expired statement is told as such, and nothing is green', async () => {
  await serve(2 * 3_600_000)
  await visitor()
  const { answer, text } = await open()
  expect(answer).toBe('unknown')
  expect(text).toContain('Expired')
  expect(await page.locator('.standing').textContent()).toContain('has expired')
  expect(await page.locator('.claim[data-s=ok]').count()).toBe(0)
})

it('without scripts everything is there to be read', async () => {
  await serve()
  await visitor({ javaScriptEnabled: false })
  await page.goto(`${origin}/trust/de`)
  expect(await page.locator('#summary').textContent()).toMatch(/^Von \d+ Zusagen sind \d+\u00a0gemessen und gehalten/)
  const open = stage.deps.policy.controls.filter((c) => c.public)
  expect(await page.locator('.claim').count()).toBe(open.length)
  expect(await page.locator('.claim b').first().textContent()).toBe('gehalten')
  expect(await page.locator('#check').isVisible()).toBe(false)
  expect(await page.locator('noscript').textContent()).toContain('Mit JavaScript')
})
