import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../testing/browser.ts'
import { type IdentityProvider, identityProvider } from '../testing/identity-provider.ts'
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

let stage: IdentityStage
let house: IdentityProvider
let other: IdentityProvider
let owner: Somebody
beforeAll(async () => {
  house = await identityProvider(ORIGIN)
  other = await identityProvider(ORIGIN, 'other')
  const gone = { ...house.entry, id: 'gone', issuer: 'http://127.0.0.1:9' }
  stage = await identityStage({ providers: [house.entry, other.entry, gone] })
})
afterAll(async () => {
  await stage.end()
  await house.close()
  await other.close()
})
beforeEach(async () => {
  await stage.wipe()
  owner = await setUp(stage)
})

const start = async (browser: Browser, id = 'house') => {
  const { headers } = await browser.get(`/api/sign-in/oidc/${id}`)
  return String(headers['location'])
}
/** Brings the browser back, as a navigation from the provider's site: Lax cookies come along. */
const back = async (browser: Browser, address: string) => {
  const answer = await browser.get(address.slice(ORIGIN.length), { 'sec-fetch-site': 'cross-site' })
  return { ...answer, location: String(answer.headers['location']) }
}
const through = async (browser: Browser, who: IdentityProvider['next'], provider = house) => {
  provider.next = who
  return back(browser, await provider.walk(await start(browser, provider.entry.id)))
}
const ADDRESS = { sub: 'u-1', email: 'Owner@Example.com', email_verified: true }
const linked = () => stage.db.stage('bf_owner').query('select person_id from identity.federated')

describe('whoever comes from a provider', () => {
  it('gets in by a checked address that is an account’s login, and from then on by issuer and subject', async () => {
    const browser = stage.browser()
    expect(await through(browser, ADDRESS)).toMatchObject({ status: 302, location: '/' })
    expect((await browser.get('/api/session')).body).toMatchObject({ person: { login: 'owner@example.com' } })
    expect(browser.cookies.has('bergfried-way')).toBe(false)
    const later = stage.browser()
    expect(await through(later, { sub: 'u-1', email: 'renamed@example.com', email_verified: false })).toMatchObject({
      location: '/',
    })
    expect((await later.get('/api/me')).body).toMatchObject({ linked: [{ provider: 'house' }] })
    expect(stage.defects).toEqual([])
  })

  it.each<[string, IdentityProvider['next']]>([
    ['an address that nobody checked', { ...ADDRESS, email_verified: false }],
    ['an address that nobody says was checked', { sub: 'u-1', email: 'owner@example.com' }],
    ['an address that nobody has', { ...ADDRESS, email: 'stranger@example.com' }],
    ['no address', { sub: 'u-1' }],
  ])('with %s gets no account and no way in', async (_, who) => {
    const browser = stage.browser()
    expect(await through(browser, who)).toMatchObject({ location: '/sign-in?problem=identity.not_linked' })
    expect((await browser.get('/api/session')).status).toBe(401)
    expect(await linked()).toEqual([])
    expect(await stage.db.stage('bf_owner').query('select from identity.person')).toHaveLength(1)
  })

  it('is not taken for an account that has another identity at that issuer', async () => {
    await through(stage.browser(), ADDRESS)
    const browser = stage.browser()
    expect(await through(browser, { ...ADDRESS, sub: 'u-2' })).toMatchObject({
      location: '/sign-in?problem=identity.not_linked',
    })
  })

  it('is nobody while the account is locked', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    const who = { sub: 'u-3', email: 'member@example.com', email_verified: true }
    await through(member.browser, who)
    await owner.browser.post(`/api/accounts/${member.id}/lock`)
    const browser = stage.browser()
    expect(await through(browser, who)).toMatchObject({ location: '/sign-in?problem=identity.refused' })
    expect(await through(browser, { ...who, sub: 'u-4' }, other)).toMatchObject({
      location: '/sign-in?problem=identity.refused',
    })
  })

  it('joins by this where invited, and the invitation is worth nothing after that', async () => {
    const made = await owner.browser.post('/api/accounts', { name: 'N', login: 'new@example.com', roles: ['member'] })
    const { link } = made.body as { link: string }
    const browser = stage.browser()
    expect(await through(browser, { sub: 'u-5', email: 'new@example.com', email_verified: true })).toMatchObject({
      location: '/',
    })
    const token = link.slice(link.indexOf('#') + 1)
    expect((await stage.browser().post('/api/setup/open', { token })).status).toBe(404)
  })

  it('does not come back into an account that was reset, but by its new invitation', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    const again = await owner.browser.post(`/api/accounts/${member.id}/invitation`)
    const who = { sub: 'u-6', email: 'member@example.com', email_verified: true }
    expect((await through(stage.browser(), who)).location).toBe('/sign-in?problem=identity.not_linked')
    const { link } = again.body as { link: string }
    await complete(stage, link.slice(link.indexOf('#') + 1), { login: member.login })
    expect((await through(stage.browser(), who)).location).toBe('/')
  })

  it('and refuses there is told so', async () => {
    expect((await through(stage.browser(), null)).location).toBe('/sign-in?problem=identity.provider_failed')
  })
})

describe('the way back', () => {
  it('is good once', async () => {
    house.next = ADDRESS
    const browser = stage.browser()
    const address = await house.walk(await start(browser))
    const copy = browser.copy()
    const both = await Promise.all([back(browser, address), back(copy, address)])
    expect(both.map((one) => one.location).sort()).toEqual(['/', '/sign-in?problem=identity.refused'])
  })

  it('ends in the browser where it began: nobody is signed in as somebody else by a link', async () => {
    house.next = ADDRESS
    const address = await house.walk(await start(stage.browser()))
    const victim = stage.browser()
    expect((await back(victim, address)).location).toBe('/sign-in?problem=identity.refused')
    await start(victim)
    expect((await back(victim, await house.walk(await start(stage.browser())))).location).toBe(
      '/sign-in?problem=identity.refused',
    )
    expect((await victim.get('/api/session')).status).toBe(401)
  })

  it.each<[string, (address: URL) => void, string]>([
    ['another state', (address) => address.searchParams.set('state', 'A'.repeat(43)), 'identity.refused'],
    ['no state', (address) => address.searchParams.delete('state'), 'identity.refused'],
    ['another code', (address) => address.searchParams.set('code', 'made-up'), 'identity.provider_failed'],
    [
      'another issuer',
      (address) => address.searchParams.set('iss', 'https://evil.example'),
      'identity.provider_failed',
    ],
    [
      'another provider’s address',
      (address) => {
        address.pathname = address.pathname.replace('/house/', '/other/')
      },
      'identity.refused',
    ],
  ])('with %s is refused', async (_, bend, code) => {
    house.next = ADDRESS
    const browser = stage.browser()
    const address = new URL(await house.walk(await start(browser)))
    bend(address)
    expect((await back(browser, address.href)).location).toBe(`/sign-in?problem=${code}`)
    expect((await browser.get('/api/session')).status).toBe(401)
    expect(stage.defects).toEqual([])
  })

  it('takes no code that was made for another way of the same browser', async () => {
    house.next = ADDRESS
    const browser = stage.browser()
    const first = new URL(await house.walk(await start(browser)))
    const second = new URL(await house.walk(await start(browser)))
    second.searchParams.set('code', first.searchParams.get('code') ?? '')
    expect((await back(browser, second.href)).location).toBe('/sign-in?problem=identity.provider_failed')
  })

  it('is too late after ten minutes', async () => {
    house.next = ADDRESS
    const browser = stage.browser()
    const address = await house.walk(await start(browser))
    stage.clock.advance(600_000)
    expect((await back(browser, address)).location).toBe('/sign-in?problem=identity.refused')
  })

  it('asks for a code with PKCE, state and nonce, and keeps none of them in clear', async () => {
    const address = new URL(await start(stage.browser()))
    const asked = Object.fromEntries(address.searchParams)
    expect(asked).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', scope: 'openid email profile' })
    expect([asked['state'], asked['nonce'], asked['code_challenge']].every((text) => (text ?? '').length >= 43)).toBe(
      true,
    )
    const stored = JSON.stringify(
      await stage.db
        .stage('bf_owner')
        .query(`select encode(sealed, 'escape') as a, encode(digest, 'hex') as b from identity.ceremony`),
    )
    expect(stored).not.toContain(asked['state'])
    expect(stored).not.toContain(asked['nonce'])
  })
})

describe('a provider', () => {
  it('that is not configured is not found, and one that does not answer leads back with a word', async () => {
    const browser = stage.browser()
    expect(await start(browser, 'unknown')).toBe('/sign-in?problem=http.not_found')
    expect(await start(browser, 'gone')).toBe('/sign-in?problem=identity.provider_failed')
    expect((await browser.get('/api/organisation')).body).toMatchObject({
      providers: [{ id: 'house', name: 'House' }, {}, {}],
    })
  })
})

describe('connecting the own account', () => {
  const begin = async (who: Somebody, provider = house) => {
    const answer = await who.browser.post(`/api/me/linked/${provider.entry.id}`)
    return (answer.body as { url: string }).url
  }
  const SELF = { sub: 'mine', email: 'private@example.net', email_verified: true }

  it('works for whatever identity, by whoever is signed in, and can be undone', async () => {
    house.next = SELF
    expect((await back(owner.browser, await house.walk(await begin(owner)))).location).toBe('/account?linked=house')
    const browser = stage.browser()
    expect((await through(browser, SELF)).location).toBe('/')
    const me = (await owner.browser.get('/api/me')).body as { linked: { id: string }[] }
    expect((await owner.browser.delete(`/api/me/linked/${me.linked[0]?.id}`)).status).toBe(204)
    expect((await through(stage.browser(), SELF)).location).toBe('/sign-in?problem=identity.not_linked')
    expect(stage.defects).toEqual([])
  })

  it('takes no identity that another account has, and no second one at the issuer', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    house.next = SELF
    await back(owner.browser, await house.walk(await begin(owner)))
    for (const [who, next] of [
      [member, SELF],
      [owner, { ...SELF, sub: 'second' }],
    ] as const) {
      house.next = next
      expect((await back(who.browser, await house.walk(await begin(who)))).location).toBe(
        '/account?problem=identity.linked_elsewhere',
      )
    }
  })

  it('ends in the session that began it', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    house.next = SELF
    const address = await house.walk(await begin(owner))
    member.browser.cookies.set('bergfried-way', owner.browser.cookies.get('bergfried-way') ?? '')
    expect((await back(member.browser, address)).location).toBe('/account?problem=identity.refused')
    expect(await linked()).toEqual([])
  })

  it('is not ended by a later session of the same person', async () => {
    house.next = SELF
    const address = await house.walk(await begin(owner))
    await withPasskey(owner.browser, owner)
    expect((await back(owner.browser, address)).location).toBe('/account?problem=identity.refused')
    expect(await linked()).toEqual([])
  })

  it('asks for a fresh sign-in', async () => {
    stage.clock.advance(600_001)
    expect(await owner.browser.post('/api/me/linked/house')).toMatchObject({
      status: 403,
      body: { code: 'identity.sign_in_again' },
    })
  })
})
