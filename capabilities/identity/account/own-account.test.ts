import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Authenticator } from '../testing/authenticator.ts'
import {
  codeOf,
  type IdentityStage,
  identityStage,
  join,
  ORIGIN,
  PASSWORD,
  type Somebody,
  setUp,
  withPasskey,
} from '../testing/identity-stage.ts'

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

const NEXT = 'eleven quiet lanterns'
type Me = {
  passkeys: { id: string; label: string }[]
  password: object
  recoveryCodesLeft: number
  sessions: { id: string; current: boolean }[]
}
const me = async (who = owner) => (await who.browser.get('/api/me')).body as unknown as Me
async function addPasskey(who = owner, label = 'Second') {
  const { body } = await who.browser.post('/api/me/passkeys/options')
  const { ceremony, options } = body as { ceremony: string; options: object }
  const authenticator = new Authenticator(ORIGIN, 'EdDSA')
  const credential = authenticator.create(options)
  const added = await who.browser.post('/api/me/passkeys', { ceremony, credential, label })
  return { added, authenticator, id: (added.body as { id: string }).id }
}
async function offer(who = owner) {
  const { body } = await who.browser.post('/api/me/totp/offer')
  return body as { ceremony: string; secret: string; uri: string }
}
async function withTotp(who = owner) {
  const { ceremony, secret } = await offer(who)
  return { secret, totp: { ceremony, code: codeOf(stage, secret) } }
}
const passwordSignIn = (who: Somebody, password: string, code: string, browser = stage.browser()) =>
  browser.post('/api/sign-in/password', { login: who.login, password, code })

describe('passkeys', () => {
  it('are added, named, used and removed by their person', async () => {
    const { added, authenticator, id } = await addPasskey()
    expect(added.status).toBe(201)
    expect((await owner.browser.put(`/api/me/passkeys/${id}`, { label: ' Blue key ' })).status).toBe(204)
    expect((await me()).passkeys.map(({ label }) => label)).toEqual(expect.arrayContaining(['Key', 'Blue key']))
    expect((await withPasskey(stage.browser(), { authenticator })).status).toBe(200)
    expect((await owner.browser.delete(`/api/me/passkeys/${id}`)).status).toBe(204)
    expect((await withPasskey(stage.browser(), { authenticator })).status).toBe(401)
    expect(stage.defects).toEqual([])
  })

  it('never go with the last way to sign in, not even where two go at once', async () => {
    const first = (await me()).passkeys[0]?.id
    const last = { status: 409, body: { code: 'identity.last_way' } }
    expect(await owner.browser.delete(`/api/me/passkeys/${first}`)).toMatchObject(last)
    const { id } = await addPasskey()
    const both = await Promise.all([first, id].map((key) => owner.browser.delete(`/api/me/passkeys/${key}`)))
    expect(both.map((one) => one.status).sort()).toEqual([204, 409])
    expect((await me()).passkeys).toHaveLength(1)
  })

  it('of somebody else cannot be named or removed', async () => {
    const member = await join(stage, owner, 'm@example.com', ['member'])
    const { id } = await addPasskey()
    expect((await member.browser.put(`/api/me/passkeys/${id}`, { label: 'mine' })).status).toBe(404)
    expect((await member.browser.delete(`/api/me/passkeys/${id}`)).status).toBe(404)
    expect((await me()).passkeys).toHaveLength(2)
  })

  it('are twenty at the most', async () => {
    for (let n = 0; n < 19; n++) expect((await addPasskey()).added.status).toBe(201)
    expect(await owner.browser.post('/api/me/passkeys/options')).toMatchObject({
      status: 409,
      body: { code: 'identity.too_many_things' },
    })
  })
})

describe('a first password', () => {
  it('comes with one-time codes and ten recovery codes, and signs in', async () => {
    const { secret, totp } = await withTotp()
    const set = await owner.browser.put('/api/me/password', { password: NEXT, totp })
    expect(set.status).toBe(200)
    expect(set.body['recoveryCodes']).toHaveLength(10)
    expect(await me()).toMatchObject({ password: { set: true, totp: true }, recoveryCodesLeft: 10 })
    stage.clock.advance(30_000)
    expect((await passwordSignIn(owner, NEXT, codeOf(stage, secret))).status).toBe(200)
  })

  it('is not taken without one-time codes, with a wrong code, or with an offer of another session', async () => {
    const put = (body: object) => owner.browser.put('/api/me/password', { password: NEXT, ...body })
    expect((await put({})).body).toMatchObject({ code: 'identity.totp_missing' })
    const { ceremony, secret } = await offer()
    expect((await put({ totp: { ceremony, code: '000000' } })).body).toMatchObject({ code: 'identity.code_wrong' })
    const member = await join(stage, owner, 'm@example.com', ['member'])
    const foreign = await withTotp(member)
    expect((await put({ totp: foreign.totp })).body).toMatchObject({ code: 'identity.code_wrong' })
    expect((await me()).password).toEqual({ set: false, totp: false })
    // A typing error costs no new picture.
    expect((await put({ totp: { ceremony, code: codeOf(stage, secret) } })).status).toBe(200)
  })
})

describe('changing the password', () => {
  let member: Somebody
  beforeEach(async () => {
    member = await join(stage, owner, 'm@example.com', ['member'], 'password')
    stage.clock.advance(30_000)
    await passwordSignIn(member, PASSWORD, codeOf(stage, member.secret), member.browser)
  })

  it('takes the current one, and ends every other session', async () => {
    stage.clock.advance(30_000)
    const other = stage.browser()
    await passwordSignIn(member, PASSWORD, codeOf(stage, member.secret), other)
    expect(await member.browser.put('/api/me/password', { password: NEXT })).toMatchObject({
      status: 422,
      body: { code: 'identity.password_wrong' },
    })
    expect((await member.browser.put('/api/me/password', { current: 'wrong', password: NEXT })).status).toBe(422)
    const changed = await member.browser.put('/api/me/password', { current: PASSWORD, password: NEXT })
    expect(changed).toMatchObject({ status: 200, body: { recoveryCodes: [] } })
    expect((await other.get('/api/session')).status).toBe(401)
    expect((await member.browser.get('/api/session')).status).toBe(200)
    stage.clock.advance(30_000)
    expect((await passwordSignIn(member, PASSWORD, codeOf(stage, member.secret))).status).toBe(401)
    stage.clock.advance(30_000)
    expect((await passwordSignIn(member, NEXT, codeOf(stage, member.secret))).status).toBe(200)
  })

  it('slows whoever guesses the current one in a stolen session', async () => {
    const guess = () => member.browser.put('/api/me/password', { current: 'wrong', password: NEXT })
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await guess()).status)
    expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 429])
  })

  it('does without the current one after a fresh sign-in with a passkey', async () => {
    const { authenticator } = await addPasskey(member)
    await withPasskey(member.browser, { authenticator })
    expect((await member.browser.put('/api/me/password', { password: NEXT })).status).toBe(200)
  })

  it('replaces one-time codes: the old secret is worth nothing', async () => {
    const { secret, totp } = await withTotp(member)
    expect((await member.browser.put('/api/me/totp', totp)).body).toEqual({ recoveryCodes: [] })
    stage.clock.advance(30_000)
    expect((await passwordSignIn(member, PASSWORD, codeOf(stage, member.secret))).status).toBe(401)
    expect((await passwordSignIn(member, PASSWORD, codeOf(stage, secret))).status).toBe(200)
  })

  it('makes new recovery codes and voids the old', async () => {
    const made = await member.browser.post('/api/me/recovery-codes')
    const [fresh] = made.body['recoveryCodes'] as string[]
    expect((await passwordSignIn(member, PASSWORD, member.recoveryCodes[0] ?? '')).status).toBe(401)
    expect((await passwordSignIn(member, PASSWORD, fresh ?? '')).status).toBe(200)
    expect(await owner.browser.post('/api/me/recovery-codes')).toMatchObject({ status: 422 })
  })

  it('never removes it where it is the last way, and with it removes everything that went with it', async () => {
    expect((await member.browser.delete('/api/me/password')).status).toBe(409)
    expect(await me(member)).toMatchObject({ password: { set: true, totp: true }, recoveryCodesLeft: 10 })
    await addPasskey(member)
    expect((await member.browser.delete('/api/me/password')).status).toBe(204)
    expect(await me(member)).toMatchObject({ password: { set: false, totp: false }, recoveryCodesLeft: 0 })
  })
})

describe('sessions', () => {
  it('are ended one by one or all but this one, by their person alone', async () => {
    const member = await join(stage, owner, 'm@example.com', ['member'])
    const [a, b] = [stage.browser(), stage.browser()]
    await withPasskey(a, owner)
    await withPasskey(b, owner)
    const others = (await me()).sessions.filter((session) => !session.current)
    expect((await member.browser.delete(`/api/me/sessions/${others[0]?.id}`)).status).toBe(404)
    expect((await owner.browser.delete(`/api/me/sessions/${others[0]?.id}`)).status).toBe(204)
    expect((await me()).sessions).toHaveLength(2)
    expect((await owner.browser.delete('/api/me/sessions')).status).toBe(204)
    expect((await me()).sessions).toMatchObject([{ current: true }])
    expect((await member.browser.get('/api/session')).status).toBe(200)
  })
})

describe('name and language', () => {
  it('are the person’s own; the login stays', async () => {
    expect((await owner.browser.put('/api/me', { name: ' Ada ', language: 'en' })).status).toBe(204)
    const { body } = await owner.browser.get('/api/session')
    expect(body).toMatchObject({ person: { name: 'Ada', language: 'en', login: 'owner@example.com' } })
    expect((await owner.browser.put('/api/me', { name: 'A\u0000', language: 'en' })).status).toBe(400)
    expect((await owner.browser.put('/api/me', { name: 'A', language: 'fr' })).status).toBe(400)
    expect((await owner.browser.put('/api/me', { name: 'A', language: 'de', roles: ['owner'] })).status).toBe(400)
  })
})

it('asks for a sign-in younger than ten minutes before it changes how somebody signs in', async () => {
  const { id } = await addPasskey()
  stage.clock.advance(600_001)
  for (const [method, url, body] of [
    ['POST', '/api/me/passkeys/options', undefined],
    ['POST', '/api/me/passkeys', { ceremony: 'x', credential: { id: 'x' }, label: 'x' }],
    ['DELETE', `/api/me/passkeys/${id}`, undefined],
    ['POST', '/api/me/totp/offer', undefined],
    ['PUT', '/api/me/totp', { ceremony: 'x', code: '1' }],
    ['PUT', '/api/me/password', { password: NEXT }],
    ['DELETE', '/api/me/password', undefined],
    ['POST', '/api/me/recovery-codes', undefined],
    ['DELETE', `/api/me/linked/${id}`, undefined],
  ] as const) {
    expect(await owner.browser.call(method, url, body)).toMatchObject({
      status: 403,
      body: { code: 'identity.sign_in_again' },
    })
  }
  expect((await withPasskey(owner.browser, owner)).status).toBe(200)
  expect((await owner.browser.delete(`/api/me/passkeys/${id}`)).status).toBe(204)
})
