import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSetupLink } from '../links/link-store.ts'
import { Authenticator, type Bent } from '../testing/authenticator.ts'
import type { Browser } from '../testing/browser.ts'
import {
  complete,
  type IdentityStage,
  identityStage,
  join,
  ORIGIN,
  type Somebody,
  setUp,
  withPasskey,
} from '../testing/identity-stage.ts'
import { relyingPartyOf } from './relying-party.ts'

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

const begin = async (browser: Browser) => {
  const { body } = await browser.post('/api/sign-in/passkey/options')
  return body as { ceremony: string; options: object }
}
const answer = async (bent: Bent, browser = stage.browser(), authenticator = owner.authenticator) => {
  const { ceremony, options } = await begin(browser)
  return browser.post('/api/sign-in/passkey', { ceremony, credential: authenticator.get(options, bent) })
}
const REFUSED = { status: 401, body: { code: 'identity.refused' } }

describe('a passkey', () => {
  it.each(['ES256', 'EdDSA'] as const)(
    'with a key of %s makes an account and signs in without a name',
    async (kind) => {
      await stage.wipe()
      const token = (await createSetupLink(stage.db.stage('bf_identity'), stage.clock.now())) ?? ''
      const somebody = await complete(stage, token, { login: 'owner@example.com', kind })
      expect(somebody.answer.status).toBe(200)
      const browser = stage.browser()
      expect((await withPasskey(browser, somebody)).body).toMatchObject({ person: { login: 'owner@example.com' } })
      expect(stage.defects).toEqual([])
    },
  )

  it.each<[string, Bent]>([
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port', { origin: 'http://localhost:7401' }],
    ['for another name', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: 'AAAA' }],
    ['of another ceremony', { type: 'webauthn.create' }],
    ['without checking the person', { verified: false }],
    ['without the person there', { present: false }],
    ['without saying whose it is', { handle: undefined }],
    ['saying that it is somebody else’s', { handle: Buffer.alloc(16, 1).toString('base64url') }],
    ['with a signature that one bit is wrong in', { spoilSignature: true }],
  ])('%s is refused', async (_, bent) => {
    expect(await answer(bent)).toMatchObject(REFUSED)
    expect((await answer({})).status).toBe(200)
    expect(stage.defects).toEqual([])
  })

  it('that nobody knows is refused in the same words', async () => {
    const stranger = new Authenticator(ORIGIN)
    stranger.create({ challenge: 'AAAA', rp: { id: 'localhost' }, user: { id: 'AAAA' } })
    const [unknown, wrong] = [await answer({}, stage.browser(), stranger), await answer({ spoilSignature: true })]
    expect(unknown.text).toBe(wrong.text)
  })

  it.each([
    [{}],
    [{ id: 'x' }],
    [{ id: 'x', rawId: 'x', type: 'public-key', response: null }],
    [
      {
        id: 'x',
        rawId: 'x',
        type: 'public-key',
        response: { clientDataJSON: 1, authenticatorData: [], signature: {} },
      },
    ],
  ])('of any shape is refused, never a defect: %j', async (shape) => {
    const good = owner.authenticator.get((await begin(stage.browser())).options)
    const { ceremony } = await begin(stage.browser())
    const credential = { ...shape, ...('id' in shape ? { id: good.id } : {}) }
    const told = await stage.browser().post('/api/sign-in/passkey', { ceremony, credential })
    expect([400, 401]).toContain(told.status)
    expect(stage.defects).toEqual([])
  })

  it('that is a copy, and behind its owner, is refused', async () => {
    expect((await answer({})).status).toBe(200)
    expect((await answer({})).status).toBe(200)
    expect(await answer({ counter: 1 })).toMatchObject(REFUSED)
    expect(await answer({ counter: 2 })).toMatchObject(REFUSED)
    expect(await answer({ counter: 0 })).toMatchObject(REFUSED)
    expect((await answer({ counter: 9 })).status).toBe(200)
  })

  it('with one counter lets one in where two come at once', async () => {
    const both = await Promise.all([answer({ counter: 7 }), answer({ counter: 7 }), answer({ counter: 7 })])
    expect(both.map((one) => one.status).sort()).toEqual([200, 401, 401])
  })

  it('that does not count goes on without', async () => {
    const still = new Authenticator(ORIGIN, 'ES256', false)
    const { body } = await owner.browser.post('/api/me/passkeys/options')
    const { ceremony, options } = body as { ceremony: string; options: object }
    const credential = still.create(options)
    expect((await owner.browser.post('/api/me/passkeys', { ceremony, credential, label: 'Still' })).status).toBe(201)
    expect((await answer({}, stage.browser(), still)).status).toBe(200)
    expect((await answer({}, stage.browser(), still)).status).toBe(200)
  })
})

describe('a challenge', () => {
  it('is answered once, and lets one in where two answer at once', async () => {
    const browser = stage.browser()
    const { ceremony, options } = await begin(browser)
    const send = () =>
      stage.browser().post('/api/sign-in/passkey', { ceremony, credential: owner.authenticator.get(options) })
    const all = await Promise.all([send(), send(), send()])
    expect(all.map((one) => one.status).sort()).toEqual([200, 401, 401])
    expect(await send()).toMatchObject(REFUSED)
  })

  it('is used up by a wrong answer too', async () => {
    const { ceremony, options } = await begin(stage.browser())
    const send = (bent: Bent) =>
      stage.browser().post('/api/sign-in/passkey', { ceremony, credential: owner.authenticator.get(options, bent) })
    expect(await send({ spoilSignature: true })).toMatchObject(REFUSED)
    expect(await send({})).toMatchObject(REFUSED)
  })

  it('is too old after ten minutes', async () => {
    const { ceremony, options } = await begin(stage.browser())
    stage.clock.advance(600_000)
    const credential = owner.authenticator.get(options)
    expect(await stage.browser().post('/api/sign-in/passkey', { ceremony, credential })).toMatchObject(REFUSED)
  })

  it('of one purpose answers no other', async () => {
    const { body } = await owner.browser.post('/api/me/passkeys/options')
    const { ceremony, options } = body as { ceremony: string; options: object }
    const credential = owner.authenticator.get(options)
    expect(await stage.browser().post('/api/sign-in/passkey', { ceremony, credential })).toMatchObject(REFUSED)
  })
})

describe('a new passkey', () => {
  const options = async (browser: Browser) => {
    const { body } = await browser.post('/api/me/passkeys/options')
    return body as { ceremony: string; options: object }
  }
  it.each<[string, Bent]>([
    ['from another site', { origin: 'https://evil.example' }],
    ['for another name', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: 'AAAA' }],
    ['without checking the person', { verified: false }],
  ])('%s is refused', async (_, bent) => {
    const { ceremony, options: asked } = await options(owner.browser)
    const credential = new Authenticator(ORIGIN).create(asked, bent)
    expect(await owner.browser.post('/api/me/passkeys', { ceremony, credential, label: 'x' })).toMatchObject({
      status: 422,
      body: { code: 'identity.passkey_refused' },
    })
    expect(stage.defects).toEqual([])
  })

  it('belongs to the session that asked for it', async () => {
    const other = await join(stage, owner, 'other@example.com', ['member'])
    const { ceremony, options: asked } = await options(owner.browser)
    const credential = new Authenticator(ORIGIN).create(asked)
    const stolen = await other.browser.post('/api/me/passkeys', { ceremony, credential, label: 'x' })
    expect(stolen).toMatchObject({ status: 422 })
  })

  it('that somebody has already is refused', async () => {
    const { ceremony, options: asked } = await options(owner.browser)
    expect(asked).toMatchObject({ excludeCredentials: [{ type: 'public-key' }] })
    const credential = new Authenticator(ORIGIN).create(asked)
    expect((await owner.browser.post('/api/me/passkeys', { ceremony, credential, label: 'x' })).status).toBe(201)
    expect((await owner.browser.post('/api/me/passkeys', { ceremony, credential, label: 'x' })).status).toBe(422)
  })
})

it.each([
  ['https://trust.example.com', 'trust.example.com'],
  ['http://localhost:7400', 'localhost'],
  ['https://192.0.2.1', null],
  ['http://127.0.0.1:7400', null],
  ['https://[2001:db8::1]:7400', null],
  ['http://trust.example.com', null],
])('an address such as %s carries passkeys for %s', (url, id) => {
  expect(relyingPartyOf(url)?.id ?? null).toBe(id)
})

it('says where an address cannot carry passkeys, and then makes none', async () => {
  const bare = await identityStage({ url: 'http://192.0.2.1:7400' })
  const shown = await bare.browser().get('/api/organisation')
  expect(shown.body).toMatchObject({ passkeys: false, setup: true })
  expect(await bare.browser().post('/api/sign-in/passkey/options')).toMatchObject({
    status: 409,
    body: { code: 'identity.passkeys_unavailable' },
  })
  await bare.end()
})
