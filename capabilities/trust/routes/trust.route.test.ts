import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOTHING_PINNED } from '../../../verifier/log-steps.ts'
import { verifyTrust } from '../../../verifier/verify-trust.ts'
import { type TrustStage, trustStage } from '../testing/trust-stage.ts'

let stage: TrustStage
beforeAll(async () => {
  stage = await trustStage()
  await stage.others(3)
  await stage.state()
  await stage.others(2)
  await stage.seal()
})
afterAll(async () => {
  expect(stage.defects).toEqual([])
  await stage.close()
})

const get = (url: string, headers: Record<string, string> = {}) => stage.http.inject({ url, headers })
const json = async () => (await get('/trust.json')).body
const states = async (): Promise<readonly string[]> =>
  (JSON.parse(await json()) as { policy: { chapters: { controls: { state: string }[] }[] } }).policy.chapters.flatMap(
    (c) => c.controls.map((k) => k.state),
  )

describe('GET /trust', () => {
  it('is a page in the reader’s language, German first, that loads nothing from elsewhere', async () => {
    const german = await get('/trust')
    expect(german.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-language': 'de' })
    expect(german.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(german.headers['content-security-policy']).not.toContain('unsafe')
    expect(german.headers['cache-control']).toBe('public, max-age=5')
    expect(german.body).toContain('<html lang="de">')
    const english = await get('/trust', { 'accept-language': 'fr, en;q=0.8, de;q=0.5' })
    expect(english.headers).toMatchObject({ 'content-language': 'en', vary: 'accept-encoding, accept-language' })
    expect((await get('/trust?lang=en&utm_source=x')).body).toContain('<html lang="en">')
    expect((await get('/trust?lang=fr')).statusCode).toBe(200)
    expect((await get('/trust/en')).body).toContain('hreflang="de"')
    expect(german.body).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(german.body).not.toMatch(/<script(?! type="module" src="\/trust\/assets\/)|<style| style=| on\w+="/)
  })

  it('shows every public promise with its sealed state in words, without a script', async () => {
    const { body } = await get('/trust/en')
    for (const control of stage.deps.policy.controls) {
      expect(body.includes(`id="${control.id}"`)).toBe(control.public)
    }
    for (const word of [
      'holds',
      'violated',
      'could not be read',
      'out of date',
      'attested',
      'exception',
      'not measured',
    ]) {
      expect(body).toContain(`<b>${word}</b>`)
    }
    expect(body).toContain('as entry 3 of the log log.example.com, confirmed by 2 witnesses')
  })

  it('stays below 60 kB', async () => {
    for (const lang of ['de', 'en']) expect(Buffer.byteLength((await get(`/trust/${lang}`)).body)).toBeLessThan(60_000)
  })

  it('is sent compressed as the reader takes it, and not again to whoever has it', async () => {
    const plain = await get('/trust/de')
    const br = await get('/trust/de', { 'accept-encoding': 'gzip, br' })
    const gz = await get('/trust/de', { 'accept-encoding': 'gzip, br;q=0' })
    expect(br.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(plain.body)
    expect(gunzipSync(gz.rawPayload).toString()).toBe(plain.body)
    const again = await get('/trust/de', { 'if-none-match': String(plain.headers['etag']) })
    expect(again).toMatchObject({ statusCode: 304, body: '' })
  })

  it('cannot be made to write what is in the policy as HTML', async () => {
    const policy = stage.deps.policy
    const [first] = policy.controls.filter((c) => c.public)
    if (first === undefined) throw new Error('no public control')
    const evil = { de: '<script>alert(1)</script>"&', en: '<img src=x onerror=alert(1)>' }
    const other = await trustStage({
      policy: (p) => ({ ...p, controls: p.controls.map((c) => (c.id === first.id ? { ...c, claim: evil } : c)) }),
    })
    const { body } = await other.http.inject('/trust/de')
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;')
    expect(body).not.toContain('<script>alert')
    await other.close()
  })
})

describe('GET /trust.json', () => {
  it('is what the verifier proves', async () => {
    const result = await verifyTrust(await json(), {
      now: stage.clock.now(),
      pinned: NOTHING_PINNED,
      remembered: null,
      openLog: () => stage.log.read,
      mostBundles: 8,
    })
    expect(result.steps.filter((s) => s.ok !== true)).toEqual([])
  })
})

describe('GET /trust/assets', () => {
  it('has the verifier itself, types taken out and nothing else changed', async () => {
    const { body } = await get('/trust/de')
    const links = [...body.matchAll(/"(\/trust\/assets\/[^"]+)"/g)].map((m) => m[1] ?? '')
    expect(links.some((l) => l.endsWith('/verifier/verify-trust.ts'))).toBe(true)
    expect(links.some((l) => l.endsWith('/engines/tlog/portable-sha256.ts'))).toBe(true)
    for (const link of new Set(links)) {
      const asset = await get(link)
      expect([link, asset.statusCode]).toEqual([link, 200])
      expect(asset.headers['cache-control']).toContain('immutable')
      if (link.endsWith('.ts')) expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8')
    }
    expect(links.join()).not.toMatch(/node:|main\.ts.*known-logs|\/kernel\//)
  })

  it('has nothing that the page does not need', async () => {
    for (const path of ['package.json', 'verifier/main.ts', '../../package.json', 'kernel/errors.ts', '__proto__']) {
      expect((await get(`/trust/assets/x/${path}`)).statusCode).toBe(404)
    }
    const old = await get('/trust/assets/0/verifier/verify-trust.ts')
    expect(old.headers['cache-control']).toBe('no-store')
  })
})

describe('what is not sealed', () => {
  it('is not shown: a newer statement waits for the log', async () => {
    const before = await states()
    stage.clock.advance(60_000)
    await stage.state(['alarm'])
    stage.clock.advance(2_000)
    expect(await states()).toEqual(before)
    await stage.seal()
    stage.clock.advance(2_000)
    expect(new Set(await states())).toEqual(new Set(['alarm']))
  })

  it('leaves every promise unmeasured where nothing is sealed, or no log runs', async () => {
    const fresh = await trustStage()
    const page = async () => (await fresh.http.inject('/trust/en')).body
    expect(await page()).toContain('No statement is sealed yet')
    expect(await page()).not.toContain('<b>holds</b>')
    await fresh.others(1)
    await fresh.seal()
    fresh.clock.advance(2_000)
    expect(await page()).toContain('No statement is sealed yet')
    await fresh.close()
    const none = await trustStage()
    none.deps.evidence = null
    const { body } = await none.http.inject('/trust/en')
    expect(body).toContain('No log runs here')
    expect(body).not.toContain('<b>holds</b>')
    await none.close()
  })

  it('is told as expired, never as held, once the statement ran out', async () => {
    const late = await trustStage()
    await late.state(['ok'])
    await late.seal()
    expect((await late.http.inject('/trust/en')).body).toContain('<b>holds</b>')
    late.clock.advance(3_600_000)
    const { body } = await late.http.inject('/trust/en')
    expect(body).toContain('The last sealed statement has expired')
    expect(body).not.toContain('<b>holds</b>')
    expect(JSON.stringify((await late.http.inject('/trust.json')).json())).not.toContain('"state":"ok"')
    await late.close()
  })

  it('shows no state beside a sentence that it was not sealed with', async () => {
    const changed = await trustStage()
    await changed.state(['ok'])
    await changed.seal()
    const reword = (text: string): string => `${text} (neu)`
    const { policy } = changed.deps
    const [first] = policy.controls.filter((c) => c.public)
    const controls = policy.controls.map((c) =>
      c === first ? { ...c, claim: { de: reword(c.claim.de), en: reword(c.claim.en) } } : c,
    )
    changed.deps.policy = { ...policy, controls }
    const { body } = await changed.http.inject('/trust/en')
    expect(body).toContain('The policy was changed')
    expect(body).not.toContain('<b>holds</b>')
    await changed.close()
  })

  it('refuses a row of the database that the log does not vouch for', async () => {
    const forged = await trustStage()
    await forged.state(['alarm'])
    await forged.seal()
    await forged.db
      .stage('bf_owner')
      .query(`update evidence.entry set body = replace(body, '"alarm"', '"ok"') where kind = 'statement'`)
    const { body } = await forged.http.inject('/trust/en')
    expect(body).toContain('does not fit the log')
    expect(body).not.toContain('<b>holds</b>')
    await forged.close()
  })
})

it('goes on showing what was sealed while the database is away, until it runs out', async () => {
  const away = await trustStage()
  await away.state(['ok'])
  await away.seal()
  await away.http.inject('/trust/en')
  await away.db.stage('bf_owner').query(`alter table evidence.entry rename to entry_away`)
  await away.log.seal(['x'], away.clock.now())
  away.clock.advance(2_000)
  expect((await away.http.inject('/trust/en')).body).toContain('<b>holds</b>')
  away.clock.advance(3_600_000)
  expect((await away.http.inject('/trust/en')).body).not.toContain('<b>holds</b>')
  await away.close()
})
