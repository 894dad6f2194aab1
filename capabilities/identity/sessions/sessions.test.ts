import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type IdentityStage, identityStage, join, setUp, withPasskey } from '../testing/identity-stage.ts'

const MINUTE = 60_000
let stage: IdentityStage
let owner: Awaited<ReturnType<typeof setUp>>
beforeAll(async () => {
  stage = await identityStage()
})
afterAll(() => stage.end())
beforeEach(async () => {
  await stage.wipe()
  owner = await setUp(stage)
})
const status = async (browser = owner.browser) => (await browser.get('/api/session')).status

describe('a session', () => {
  it('is nobody’s without a cookie, with a made-up one, a cut one, or two of them', async () => {
    const token = owner.browser.cookies.get('bergfried-session') ?? ''
    for (const cookie of [
      '',
      'bergfried-session=',
      `bergfried-session=${'A'.repeat(43)}`,
      `bergfried-session=${token.slice(1)}`,
      `bergfried-session=${token}; bergfried-session=${token}`,
      `__Host-bergfried=${token}`,
      `x=bergfried-session=${token}`,
    ]) {
      const answer = await stage.browser().get('/api/session', { cookie })
      expect(answer).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } })
    }
    expect((await stage.browser().get('/api/session', { cookie: `a=b; bergfried-session=${token}` })).status).toBe(200)
  })

  it('is judged by the token alone where a request carries one', async () => {
    const both = await owner.browser.get('/api/session', { authorization: `Bearer bfr_${'A'.repeat(43)}` })
    expect(both.status).toBe(401)
    expect((await owner.browser.get('/api/session', { authorization: 'Basic x' })).status).toBe(401)
  })

  it('ends after two hours without use, and after twelve in any case', async () => {
    stage.clock.advance(120 * MINUTE - 1)
    expect(await status()).toBe(200)
    stage.clock.advance(120 * MINUTE)
    expect(await status()).toBe(401)
    const browser = stage.browser()
    await withPasskey(browser, owner)
    for (let hours = 1; hours < 12; hours++) {
      stage.clock.advance(60 * MINUTE)
      expect(await status(browser)).toBe(200)
    }
    stage.clock.advance(60 * MINUTE)
    expect(await status(browser)).toBe(401)
  })

  it('is written as seen once a minute at the most', async () => {
    const seen = async () =>
      (await stage.db.stage('bf_owner').query<{ at: Date }>('select last_seen_at as at from identity.session'))[0]?.at
    const before = await seen()
    stage.clock.advance(MINUTE - 1)
    await status()
    expect(await seen()).toEqual(before)
    stage.clock.advance(1)
    await status()
    expect(await seen()).toEqual(stage.clock.now())
  })

  it('is stored as a digest, told as a cookie, and in no answer', async () => {
    const token = owner.browser.cookies.get('bergfried-session') ?? '-'
    const stored = await stage.db.stage('bf_owner').query<{ digest: Buffer }>('select * from identity.session')
    expect(JSON.stringify(stored)).not.toContain(token)
    expect(owner.answer.text + (await owner.browser.get('/api/me')).text).not.toContain(token)
  })

  it('changes something only with its own csrf token', async () => {
    const thief = owner.browser.copy()
    for (const csrf of ['', 'x', 'A'.repeat(43)]) {
      thief.csrf = csrf
      expect(await thief.post('/api/sign-out')).toMatchObject({ status: 403, body: { code: 'http.csrf' } })
    }
    expect(await status()).toBe(200)
  })

  it('ends by signing out, and nothing of it stays good', async () => {
    const thief = owner.browser.copy()
    expect(await owner.browser.post('/api/sign-out')).toMatchObject({ status: 204, text: '' })
    expect(owner.browser.cookies.size).toBe(0)
    expect(await status(thief)).toBe(401)
  })

  it('ends when the same browser signs in again', async () => {
    const thief = owner.browser.copy()
    expect((await withPasskey(owner.browser, owner)).status).toBe(200)
    expect(await status()).toBe(200)
    expect(await status(thief)).toBe(401)
  })

  it('that was stolen is worth nothing from the moment its person is locked, and stays so after unlocking', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    const thief = member.browser.copy()
    expect(await status(thief)).toBe(200)
    expect((await owner.browser.post(`/api/accounts/${member.id}/lock`)).status).toBe(204)
    expect(await status(thief)).toBe(401)
    expect((await withPasskey(stage.browser(), member)).body).toMatchObject({ code: 'identity.refused' })
    await owner.browser.post(`/api/accounts/${member.id}/unlock`)
    expect(await status(thief)).toBe(401)
    expect((await withPasskey(stage.browser(), member)).status).toBe(200)
  })

  it('is nobody’s while its person is locked, even if it were still there', async () => {
    await stage.db.stage('bf_owner').query('update identity.person set locked_at = now()')
    expect(await status()).toBe(401)
    await stage.db.stage('bf_owner').query('update identity.person set locked_at = null')
    expect(await status()).toBe(200)
  })

  it('does not come of a sign-in that runs while its person is locked', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    for (let round = 0; round < 5; round++) {
      const browser = stage.browser()
      await Promise.all([withPasskey(browser, member), owner.browser.post(`/api/accounts/${member.id}/lock`)])
      expect(await status(browser)).toBe(401)
      await owner.browser.post(`/api/accounts/${member.id}/unlock`)
      expect(await status(browser)).toBe(401)
    }
  })

  it('belongs to at most twenty of one person; the oldest goes', async () => {
    for (let n = 0; n < 21; n++) {
      stage.clock.advance(1)
      await withPasskey(stage.browser(), owner)
    }
    expect(await status()).toBe(401)
    const rows = await stage.db.stage('bf_owner').query('select from identity.session')
    expect(rows).toHaveLength(20)
  })

  it('is named by device and place in its owner’s list', async () => {
    const { body } = await owner.browser.get('/api/me')
    expect(body).toMatchObject({
      sessions: [{ current: true, method: 'setup', device: 'Firefox, Linux', address: '192.0.2.1' }],
    })
  })
})
