import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Authenticator } from '../testing/authenticator.ts'
import {
  codeOf,
  complete,
  type IdentityStage,
  identityStage,
  join,
  ORIGIN,
  PASSWORD,
  setUp,
} from '../testing/identity-stage.ts'
import { createSetupLink, setupAddress, takeLink } from './link-store.ts'

const HOUR = 3_600_000
let stage: IdentityStage
beforeAll(async () => {
  stage = await identityStage()
})
afterAll(() => stage.end())
beforeEach(() => stage.wipe())

const setupToken = async () => (await createSetupLink(stage.db.stage('bf_identity'), stage.clock.now())) ?? ''
const open = (token: string) => stage.browser().post('/api/setup/open', { token })
const INVALID = { status: 404, body: { code: 'identity.link_invalid' } }
const tokenOf = (link: string) => link.slice(link.indexOf('#') + 1)

describe('the setup link', () => {
  it('makes the first owner, with a passkey, and signs in', async () => {
    const owner = await setUp(stage)
    const session = await owner.browser.get('/api/session')
    expect(session).toMatchObject({ status: 200, body: { person: { login: 'owner@example.com', roles: ['owner'] } } })
    expect(owner.answer.headers['set-cookie']).toMatch(/^bergfried-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax/)
    expect(stage.defects).toEqual([])
  })

  it('makes the first owner with a password, one-time codes and ten recovery codes', async () => {
    const { answer } = await complete(stage, await setupToken(), {
      login: 'owner@example.com',
      method: 'password',
      organisation: { name: 'Example', logo: null },
    })
    expect(answer.status).toBe(200)
    expect(new Set(answer.body['recoveryCodes'] as string[]).size).toBe(10)
    const shown = await stage.browser().get('/api/organisation')
    expect(shown.body).toMatchObject({ name: 'Example', setup: false, passkeys: true, logo: null })
    expect(stage.defects).toEqual([])
  })

  it('is refused made up, cut short, or as another kind of text', async () => {
    const token = await setupToken()
    for (const wrong of ['', 'x', token.slice(1), `${token}A`, token.toLowerCase(), 'A'.repeat(43), `${token}\u0000`]) {
      expect(await open(wrong)).toMatchObject(INVALID)
    }
    expect((await open(token)).status).toBe(200)
  })

  it('dies after an hour, and when a new one is made', async () => {
    const first = await setupToken()
    const second = await setupToken()
    expect(await open(first)).toMatchObject(INVALID)
    stage.clock.advance(HOUR - 1)
    expect((await open(second)).status).toBe(200)
    stage.clock.advance(1)
    expect(await open(second)).toMatchObject(INVALID)
    const late = await complete(stage, second, { login: 'late@example.com', method: 'password' })
    expect(late.answer).toMatchObject(INVALID)
  })

  it('dies by being used, and none is made while there is an owner', async () => {
    const token = await setupToken()
    await complete(stage, token, { login: 'owner@example.com' })
    expect(await open(token)).toMatchObject(INVALID)
    expect(await createSetupLink(stage.db.stage('bf_identity'), stage.clock.now())).toBeNull()
  })

  it('makes one owner, not two, where two use it at once', async () => {
    const token = await setupToken()
    const both = await Promise.all(
      ['a@example.com', 'b@example.com'].map((login) => complete(stage, token, { login, method: 'password' })),
    )
    expect(both.map((one) => one.answer.status).sort()).toEqual([200, 404])
    const people = await stage.db.stage('bf_owner').query('select login from identity.person')
    expect(people).toHaveLength(1)
    expect(stage.defects).toEqual([])
  })

  it('stays good where what was given does not fit', async () => {
    const token = await setupToken()
    const browser = stage.browser()
    const opened = await browser.post('/api/setup/open', { token })
    const { secret } = (opened.body as { totp: { secret: string } }).totp
    const method = { kind: 'password', password: PASSWORD, totpSecret: secret, code: codeOf(stage, secret) }
    const whole = { token, language: 'de', name: 'Owner', login: 'owner@example.com', method }
    const refused = async (change: object) => (await browser.post('/api/setup/complete', { ...whole, ...change })).body
    expect(await refused({ method: { ...method, password: 'password12345' } })).toMatchObject({
      code: 'identity.password_weak',
    })
    expect(await refused({ method: { ...method, code: '000000' } })).toMatchObject({ code: 'identity.code_wrong' })
    // A secret of one's own choosing is no secret of ours.
    expect(await refused({ method: { ...method, totpSecret: 'A'.repeat(32) } })).toMatchObject({
      code: 'identity.code_wrong',
    })
    expect(await refused({ login: 'ow\u200bner' })).toMatchObject({ code: 'identity.text_invalid' })
    expect(await refused({ name: 'Ada \u202e' })).toMatchObject({ code: 'identity.text_invalid' })
    expect(await refused({ organisation: { name: 'x', logo: 'data:text/html;base64,AAAA' } })).toMatchObject({
      code: 'identity.logo_invalid',
    })
    expect((await browser.post('/api/setup/complete', whole)).status).toBe(200)
  })

  it('is worth nothing from the moment there is an owner, however that came', async () => {
    const token = await setupToken()
    await stage.db.stage('bf_owner').query(
      `insert into identity.person (id, login, name, language, roles, created_at)
       values (gen_random_uuid(), 'other@example.com', 'O', 'de', '{owner}', now())`,
    )
    expect(await open(token)).toMatchObject(INVALID)
    const pool = stage.db.stage('bf_identity')
    await expect(pool.transaction((tx) => takeLink(tx, token, stage.clock.now()))).rejects.toMatchObject({
      code: 'identity.link_invalid',
    })
  })

  it('keeps the token behind # and stores nothing of it but a digest', async () => {
    const token = await setupToken()
    expect(setupAddress(ORIGIN, token)).toBe(`${ORIGIN}/setup#${token}`)
    const stored = JSON.stringify(await stage.db.stage('bf_owner').query('select * from identity.link'))
    expect(stored).not.toContain(token)
  })

  it('takes a passkey that was begun with it, once, and none that was begun with another', async () => {
    const owner = await setUp(stage)
    const invite = async (login: string) => {
      const { body } = await owner.browser.post('/api/accounts', { name: 'N', login, roles: ['member'] })
      return tokenOf((body as { link: string }).link)
    }
    const [mine, other] = [await invite('mine@example.com'), await invite('other@example.com')]
    const browser = stage.browser()
    const begun = await browser.post('/api/setup/passkey/options', {
      token: other,
      name: 'N',
      login: 'other@example.com',
    })
    const { ceremony, options } = begun.body as { ceremony: string; options: object }
    const credential = new Authenticator(ORIGIN).create(options)
    const method = { kind: 'passkey', ceremony, credential, label: 'Key' }
    const body = { language: 'de', name: 'N', method }
    expect(
      await browser.post('/api/setup/complete', { ...body, token: mine, login: 'mine@example.com' }),
    ).toMatchObject({ status: 422, body: { code: 'identity.passkey_refused' } })
    expect(
      await browser.post('/api/setup/complete', { ...body, token: other, login: 'other@example.com' }),
    ).toMatchObject({ status: 422 })
  })
})

describe('an invitation', () => {
  it('makes the account that was meant, in the roles that were given, once', async () => {
    const owner = await setUp(stage)
    const made = await owner.browser.post('/api/accounts', {
      name: 'Rev',
      login: ' Rev@Example.com',
      roles: ['reviewer'],
    })
    expect(made.status).toBe(201)
    const token = tokenOf((made.body as { link: string }).link)
    expect((await open(token)).body).toMatchObject({ kind: 'invitation', login: 'rev@example.com', name: 'Rev' })
    expect(
      (await complete(stage, token, { login: 'somebody-else@example.com', method: 'password' })).answer,
    ).toMatchObject({
      status: 400,
      body: { code: 'identity.text_invalid' },
    })
    const joined = await complete(stage, token, { login: 'rev@example.com' })
    expect(joined.answer.body).toMatchObject({ session: { person: { roles: ['reviewer'] } }, recoveryCodes: [] })
    expect(await open(token)).toMatchObject(INVALID)
    const body = { token, name: 'Rev', login: 'rev@example.com' }
    expect(await stage.browser().post('/api/setup/passkey/options', body)).toMatchObject(INVALID)
    expect(stage.defects).toEqual([])
  })

  it('dies after 72 hours, by a new one, and when the account is locked', async () => {
    const owner = await setUp(stage)
    const made = await owner.browser.post('/api/accounts', { name: 'M', login: 'm@example.com', roles: ['member'] })
    const { id, link } = made.body as { id: string; link: string }
    const again = await owner.browser.post(`/api/accounts/${id}/invitation`)
    expect(await open(tokenOf(link))).toMatchObject(INVALID)
    const second = tokenOf((again.body as { link: string }).link)
    expect((await open(second)).status).toBe(200)
    await owner.browser.post(`/api/accounts/${id}/lock`)
    expect(await open(second)).toMatchObject(INVALID)
    await owner.browser.post(`/api/accounts/${id}/unlock`)
    expect(await open(second)).toMatchObject(INVALID)
    const third = await owner.browser.post(`/api/accounts/${id}/invitation`)
    stage.clock.advance(72 * HOUR)
    expect(await open(tokenOf((third.body as { link: string }).link))).toMatchObject(INVALID)
  })

  it('lets one in where two use it at once', async () => {
    const owner = await setUp(stage)
    const made = await owner.browser.post('/api/accounts', { name: 'M', login: 'm@example.com', roles: ['member'] })
    const token = tokenOf((made.body as { link: string }).link)
    // Whoever is late enough is refused before there is anything to complete, and gets no further.
    const both = await Promise.allSettled([1, 2].map(() => complete(stage, token, { login: 'm@example.com' })))
    const statuses = both.map((one) => (one.status === 'fulfilled' ? one.value.answer.status : 404))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status >= 500)).toEqual([])
    const keys = await stage.db
      .stage('bf_owner')
      .query('select from identity.passkey k join identity.person p on p.id = k.person_id where login = $1', [
        'm@example.com',
      ])
    expect(keys).toHaveLength(1)
  })

  it('for somebody who had joined takes away every way to sign in and every session, at once', async () => {
    const owner = await setUp(stage)
    const lost = await join(stage, owner, 'lost@example.com', ['approver'], 'password')
    const again = await owner.browser.post(`/api/accounts/${lost.id}/invitation`)
    expect((await lost.browser.get('/api/session')).status).toBe(401)
    const accounts = (await owner.browser.get('/api/accounts')).body as { accounts: object[] }
    expect(accounts.accounts).toContainEqual(
      expect.objectContaining({ login: 'lost@example.com', methods: [], sessions: 0, invited: true }),
    )
    const anew = await complete(stage, tokenOf((again.body as { link: string }).link), { login: 'lost@example.com' })
    expect(anew).toMatchObject({ id: lost.id, answer: { status: 200 } })
  })
})
