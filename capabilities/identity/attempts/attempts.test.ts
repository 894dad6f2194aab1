import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, type IdentityStage, identityStage, PASSWORD, type Somebody, setUp } from '../testing/identity-stage.ts'
import { countAttempt } from './attempt-limit.ts'
import { networkOf } from './network-of.ts'

let stage: IdentityStage
let owner: Somebody
beforeAll(async () => {
  stage = await identityStage()
})
afterAll(() => stage.end())
beforeEach(async () => {
  await stage.wipe()
  owner = await setUp(stage, 'password')
  stage.clock.advance(30_000)
})

let place = 0
/** From a new address every time, so that the login alone is counted. */
const tryAs = (login: string, password = 'wrong and wrong again', code = '000000') => {
  place = (place + 1) % 250
  return stage.browser(`203.0.113.${place}`).post('/api/sign-in/password', { login, password, code })
}
const attempt = (address: string, login: string | null) => {
  const { key } = stage.deps.signIn
  return countAttempt({ stage: stage.db.stage('bf_identity'), key, now: stage.clock.now() }, address, login)
}
const entries = async () =>
  (
    await stage.db
      .stage('bf_owner')
      .query<{ body: string }>(
        `select body from evidence.entry where kind = 'account' and body like '%"event":"attempts"%'`,
      )
  ).map(({ body }) => JSON.parse(body) as Record<string, unknown>)

describe('attempts for one login', () => {
  it.each(['owner@example.com', 'nobody@example.com'])(
    'wait longer each time after five, for %s too',
    async (login) => {
      const statuses: number[] = []
      for (let n = 0; n < 7; n++) statuses.push((await tryAs(login)).status)
      expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429])
      const waits: string[] = []
      for (let n = 0; n < 4; n++) {
        const { headers, body } = await tryAs(login)
        expect(body['code']).toBe('identity.too_many')
        waits.push(String(headers['retry-after']))
        stage.clock.advance(Number(headers['retry-after']) * 1000)
        expect((await tryAs(login)).status).toBe(401)
      }
      expect(waits).toEqual(['2', '4', '8', '16'])
    },
  )

  it('never wait longer than a quarter of an hour, and begin anew after an hour', async () => {
    let longest = 0
    for (let n = 0; n < 40; n++) {
      const wait = await attempt(`198.51.100.${n}`, 'nobody').then(
        () => 0,
        (error: { detail: { seconds: number } }) => error.detail.seconds,
      )
      longest = Math.max(longest, wait)
      stage.clock.advance(wait * 1000)
    }
    expect(longest).toBe(900)
    stage.clock.advance(3_601_000)
    expect((await tryAs('nobody')).status).toBe(401)
    const rows = await stage.db.stage('bf_owner').query('select from identity.attempt')
    expect(rows).toHaveLength(2)
  })

  it('that come all at once gain nothing', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => tryAs('owner@example.com')))
    expect(all.filter((answer) => answer.status === 401)).toHaveLength(6)
    expect(all.filter((answer) => answer.status === 429)).toHaveLength(14)
  })

  it('refuse the right password while they wait, and forget after a good one', async () => {
    for (let n = 0; n < 6; n++) await tryAs(owner.login)
    expect((await tryAs(owner.login, PASSWORD, codeOf(stage, owner.secret))).status).toBe(429)
    stage.clock.advance(2000)
    expect((await tryAs(owner.login, PASSWORD, codeOf(stage, owner.secret))).status).toBe(200)
    for (let n = 0; n < 6; n++) expect((await tryAs(owner.login)).status).toBe(401)
  })

  it('leave passkeys alone: nobody is shut out by somebody else’s guessing', async () => {
    const withKey = await setUpAnother()
    for (let n = 0; n < 8; n++) await tryAs(withKey.login)
    const { withPasskey } = await import('../testing/identity-stage.ts')
    expect((await withPasskey(stage.browser(), withKey)).status).toBe(200)
  })
  const setUpAnother = async () => {
    const { join } = await import('../testing/identity-stage.ts')
    return join(stage, owner, 'key@example.com', ['member'])
  }
})

describe('attempts from one address', () => {
  it('wait after thirty, whatever they name', async () => {
    const browser = stage.browser('203.0.113.251')
    const statuses: number[] = []
    for (let n = 0; n < 32; n++) {
      const body = { login: `n${n}@example.com`, password: 'x', code: '' }
      statuses.push((await browser.post('/api/sign-in/password', body)).status)
    }
    expect(statuses.indexOf(429)).toBe(31)
    expect((await stage.browser('203.0.113.252').post('/api/setup/open', { token: 'x' })).status).toBe(404)
    expect((await browser.post('/api/setup/open', { token: 'x' })).status).toBe(429)
    expect((await browser.post('/api/sign-in/passkey', { ceremony: 'x', credential: { id: 'x' } })).status).toBe(429)
  })

  it('get a good one back, and no more', async () => {
    for (let n = 0; n < 40; n++) await (await attempt('203.0.113.9', null)).succeeded()
    for (let n = 0; n < 31; n++) await attempt('203.0.113.9', null)
    await expect(attempt('203.0.113.9', null)).rejects.toMatchObject({ code: 'identity.too_many' })
  })

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'not an address'],
  ])('count %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('the evidence', () => {
  it('tells once that attempts went beyond the limit, with the account and without a name', async () => {
    for (let n = 0; n < 5; n++) await tryAs(owner.login)
    expect(await entries()).toEqual([])
    for (let n = 0; n < 20; n++) {
      stage.clock.advance(20_000)
      await tryAs(owner.login)
    }
    expect(await entries()).toEqual([{ event: 'attempts', of: 'login', account: owner.id }])
  })

  it('tells of a login that nobody has with no account', async () => {
    for (let n = 0; n < 7; n++) await tryAs('nobody@example.com')
    expect(await entries()).toEqual([{ event: 'attempts', of: 'login', account: null }])
  })

  it('is not flooded, however many are tried', async () => {
    for (let n = 0; n < 70; n++) {
      for (let m = 0; m < 6; m++) await attempt(`2001:db8:${n}::${m}`, `n${n}`)
    }
    expect(await entries()).toHaveLength(60)
  })
})

it('keeps logins and addresses as digests under a key', async () => {
  await tryAs('owner@example.com')
  const stored = JSON.stringify(await stage.db.stage('bf_owner').query('select * from identity.attempt'))
  expect(stored).not.toMatch(/owner|203\.0/)
})
