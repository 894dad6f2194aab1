import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type IdentityStage, identityStage, type Somebody, setUp } from '../testing/identity-stage.ts'
import { cleanSvg } from './clean-svg.ts'

let stage: IdentityStage
let owner: Somebody
beforeAll(async () => {
  stage = await identityStage()
})
afterAll(() => stage.end())
beforeEach(async () => {
  await stage.wipe()
  owner = await setUp(stage)
})

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const WEBP = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='
const svg = (text: string) => `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`
const put = (logo: string | null, name = 'Example GmbH') => owner.browser.put('/api/organisation', { name, logo })
const shown = async () => (await stage.browser().get('/api/organisation')).body as { logo: string | null }

describe('the organisation', () => {
  it('is shown to everybody with its logo, as a picture that can do nothing', async () => {
    expect((await put(`data:image/png;base64,${PNG}`)).status).toBe(204)
    const { logo } = await shown()
    const answer = await stage.browser().get(logo ?? '')
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'x-content-type-options': 'nosniff',
      'cache-control': expect.stringContaining('immutable'),
    })
    await put(svg('<svg><path d="M0 0"/></svg>'))
    expect((await shown()).logo).not.toBe(logo)
    // Nobody keeps the new one under the old one's address.
    expect((await stage.browser().get(logo ?? '')).headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'image/svg+xml',
    })
    await put(null)
    expect((await shown()).logo).toBeNull()
    expect((await stage.browser().get('/organisation/logo')).status).toBe(404)
    expect(stage.defects).toEqual([])
  })

  it('leaves an entry for each change and none where nothing changed', async () => {
    for (const name of ['A', 'A', 'B']) await put(`data:image/webp;base64,${WEBP}`, name)
    const entries = await stage.db
      .stage('bf_owner')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'organisation' order by position`)
    expect(entries.map(({ body }) => (JSON.parse(body) as { name: string }).name)).toEqual(['A', 'B'])
    expect(JSON.stringify(entries)).not.toContain('owner@')
  })

  it.each([
    ['a page', `data:text/html;base64,${PNG}`],
    ['a PNG that is none', `data:image/png;base64,${Buffer.from('<script>').toString('base64')}`],
    ['a WebP that is a PNG', `data:image/webp;base64,${PNG}`],
    ['an address', 'https://evil.example/logo.png'],
    ['a drawing that is none', svg('hello')],
    ['a drawing that defines entities', svg('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>')],
    ['too much', `data:image/png;base64,${'A'.repeat(140_000)}`],
  ])('takes no logo that is %s', async (_, logo) => {
    expect(await put(logo)).toMatchObject({ status: 422, body: { code: 'identity.logo_invalid' } })
  })
})

describe('a drawing', () => {
  it('keeps what draws', () => {
    const text =
      '<?xml version="1.0"?><!-- c --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" style="fill: red; behavior: x">' +
      '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>' +
      '<g fill="url(#a)"><path d="M0 0L8 8" stroke="&#35;000"/><text x="1">a &lt; b</text></g></svg>\n'
    expect(cleanSvg(text)).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" fill="red">' +
        '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>' +
        '<g fill="url(#a)"><path d="M0 0L8 8" stroke="#000"/><text x="1">a &lt; b</text></g></svg>',
    )
  })

  it.each([
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    '<svg><g onclick="x"><a href="javascript:alert(1)"><path d="M0"/></a></g></svg>',
    '<svg><image href="https://evil.example/x"/><use href="https://evil.example/x#a"/></svg>',
    '<svg><foreignObject><body xmlns="x"><iframe src="x"></iframe></body></foreignObject></svg>',
    '<svg><style>@import url(https://evil.example)</style><path style="fill:url(https://evil.example)"/></svg>',
    '<svg><path fill="url( &quot;https://evil.example&quot; )" mask="url(//evil.example)"/></svg>',
    '<svg><path fill="\\75rl(https://evil.example)"/></svg>',
    '<svg><animate attributeName="href" values="javascript:alert(1)"/><set attributeName="onload" to="x"/></svg>',
    '<svg xmlns:x="y"><x:script>alert(1)</x:script></svg>',
    '<svg><title>&lt;script&gt;alert(1)&lt;/script&gt;</title></svg>',
    '<svg><![CDATA[<script>alert(1)</script>]]></svg>',
    '<svg><linearGradient xlink:href="data:text/html,x"/></svg>',
  ])('loses what does more: %s', (text) => {
    const clean = cleanSvg(text)
    expect(clean).not.toBeNull()
    expect(clean).not.toMatch(
      /<(script|a|image|use|iframe|style|foreignObject|animate|set)\b|\son\w+=|evil|javascript|data:/i,
    )
  })

  it.each([
    '',
    'x',
    '<svg>',
    '<svg></g></svg>',
    '<svg/><svg/>',
    '<svg><g></svg></g>',
    '<html></html>',
    '<svg a=b/>',
    '<svg/>x',
    '<!-- <svg/>',
  ])('that is not well-formed is none: %s', (text) => {
    expect(cleanSvg(text)).toBeNull()
  })

  it('is read in one pass, however it is made', () => {
    for (const text of [
      '<!--'.repeat(25_000),
      `<svg ${'a="'.repeat(30_000)}`,
      '<svg>'.repeat(20_000),
      `<svg>${'<g>'.repeat(30_000)}`,
    ]) {
      expect(cleanSvg(text)).toBeNull()
    }
  })
})
