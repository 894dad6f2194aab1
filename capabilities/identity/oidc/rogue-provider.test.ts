import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type IdentityStage, identityStage, ORIGIN, setUp } from '../testing/identity-stage.ts'
import { type BentToken, type RogueProvider, rogueProvider } from '../testing/rogue-provider.ts'

let stage: IdentityStage
let rogue: RogueProvider
beforeAll(async () => {
  rogue = await rogueProvider(ORIGIN)
  stage = await identityStage({ providers: [rogue.entry] })
})
afterAll(async () => {
  await stage.end()
  await rogue.close()
})
beforeEach(async () => {
  await stage.wipe()
  await setUp(stage)
})

async function come(bent: BentToken) {
  rogue.bent = bent
  const browser = stage.browser()
  const start = await browser.get('/api/sign-in/oidc/rogue')
  const address = rogue.answer(String(start.headers['location']))
  const { headers } = await browser.get(address.slice(ORIGIN.length))
  return { location: headers['location'], session: (await browser.get('/api/session')).status }
}

const past = Math.floor(Date.now() / 1000) - 3600

describe('an id_token', () => {
  it('that is as it should be signs in', async () => {
    expect(await come({})).toEqual({ location: '/', session: 200 })
  })

  it.each<[string, BentToken]>([
    ['that another key signed', { otherKey: true }],
    ['that nobody signed', { header: { alg: 'none' }, noSignature: true }],
    ['that says it is signed with the shared secret', { header: { alg: 'HS256' } }],
    ['without its signature', { noSignature: true }],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['for another application', { claims: { aud: 'somebody-else' } }],
    ['for several, and another one asked', { claims: { aud: ['bergfried', 'x'], azp: 'x' } }],
    ['to another question', { claims: { nonce: 'another' } }],
    ['to no question', { claims: { nonce: undefined } }],
    ['that is over', { claims: { iat: past, exp: past + 60 } }],
    ['without a subject', { claims: { sub: undefined } }],
  ])('%s signs nobody in', async (_, bent) => {
    expect(await come(bent)).toEqual({ location: '/sign-in?problem=identity.provider_failed', session: 401 })
    expect(stage.defects).toEqual([])
  })

  it.each([['true'], [1], [null]])('that calls an address checked with %j has not checked it', async (verified) => {
    expect(await come({ claims: { email_verified: verified } })).toEqual({
      location: '/sign-in?problem=identity.not_linked',
      session: 401,
    })
  })
})
