import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  codeOf,
  type IdentityStage,
  identityStage,
  join,
  PASSWORD,
  type Somebody,
  setUp,
} from '../testing/identity-stage.ts'
import { recordingStage } from '../testing/recording-stage.ts'
import { checkPassword } from './sign-in-with-password.ts'

let stage: IdentityStage
let owner: Somebody
beforeAll(async () => {
  stage = await identityStage()
})
afterAll(() => stage.end())
beforeEach(async () => {
  await stage.wipe()
  owner = await setUp(stage, 'password')
  // The step that set the codes up is used up.
  stage.clock.advance(30_000)
})

const signIn = (body: object, browser = stage.browser()) =>
  browser.post('/api/sign-in/password', {
    login: owner.login,
    password: PASSWORD,
    code: codeOf(stage, owner.secret),
    ...body,
  })
const REFUSED = { status: 401, body: { code: 'identity.refused' } }

describe('a password', () => {
  it('signs in with a code of this moment, however the login is written', async () => {
    const browser = stage.browser()
    expect((await signIn({ login: ' OWNER@Example.com ' }, browser)).status).toBe(200)
    expect((await browser.get('/api/accounts')).status).toBe(200)
    expect(stage.defects).toEqual([])
  })

  it('alone signs nobody in', async () => {
    expect(await signIn({ code: '' })).toMatchObject(REFUSED)
    expect(await signIn({ code: '000000' })).toMatchObject(REFUSED)
    await stage.db.stage('bf_owner').query('delete from identity.totp')
    expect(await signIn({ code: '' })).toMatchObject(REFUSED)
    expect(await signIn({})).toMatchObject(REFUSED)
  })

  it('is stored as argon2id with the cost that OWASP asks for, and cannot be tried without our key', async () => {
    const [row] = await stage.db.stage('bf_owner').query<{ hash: string }>('select hash from identity.password')
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const { verify } = await import('@node-rs/argon2')
    expect(await verify(row?.hash ?? '', PASSWORD)).toBe(false)
  })

  it('is the same however its letters are composed', async () => {
    const { hashPassword, passwordMatches } = await import('./password-hash.ts')
    const key = Buffer.alloc(32, 1)
    const hash = await hashPassword(key, 'ﬁne gru\u0308ne Pferde')
    expect(await passwordMatches(key, hash, 'fine gr\u00fcne Pferde')).toBe(true)
    expect(await passwordMatches(key, hash, 'fine grune Pferde')).toBe(false)
    expect(await passwordMatches(Buffer.alloc(32, 2), hash, 'fine gr\u00fcne Pferde')).toBe(false)
  })
})

describe('a one-time code', () => {
  it('is good once, and so is no older one after it', async () => {
    const older = codeOf(stage, owner.secret)
    stage.clock.advance(30_000)
    expect((await signIn({})).status).toBe(200)
    expect(await signIn({})).toMatchObject(REFUSED)
    expect(await signIn({ code: older })).toMatchObject(REFUSED)
  })

  it('lets one in where two come with it at once', async () => {
    const both = await Promise.all([signIn({}), signIn({}), signIn({})])
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 401, 401])
  })

  it('may be one step off and no more', async () => {
    for (const [steps, status] of [
      [2, 401],
      [-2, 401],
      [1, 200],
    ] as const) {
      expect((await signIn({ code: codeOf(stage, owner.secret, steps) })).status).toBe(status)
    }
  })

  it('is not used up by a wrong password', async () => {
    expect(await signIn({ password: 'wrong and wrong again' })).toMatchObject(REFUSED)
    expect((await signIn({})).status).toBe(200)
  })

  it('has a secret that the database alone does not give, bound to its person', async () => {
    const [row] = await stage.db.stage('bf_owner').query<{ sealed: Buffer }>('select sealed from identity.totp')
    const { Secret } = await import('otpauth')
    expect(row?.sealed.includes(Buffer.from(Secret.fromBase32(owner.secret).bytes))).toBe(false)
    const other = await join(stage, owner, 'other@example.com', ['owner'], 'password')
    stage.clock.advance(30_000)
    await stage.db.stage('bf_owner').query('update identity.totp set sealed = $1', [row?.sealed])
    expect(await signIn({ login: other.login, code: codeOf(stage, owner.secret) })).toMatchObject(REFUSED)
    expect((await signIn({})).status).toBe(200)
  })
})

describe('a recovery code', () => {
  const [first = '', second = ''] = [0, 1].map(String)
  it('stands in for a one-time code once, however it is typed', async () => {
    const code = owner.recoveryCodes[Number(first)] ?? ''
    expect((await signIn({ code: code.toUpperCase().replaceAll('-', ' ') })).status).toBe(200)
    expect(await signIn({ code })).toMatchObject(REFUSED)
    expect((await signIn({ code: owner.recoveryCodes[Number(second)] })).status).toBe(200)
    const { body } = await owner.browser.get('/api/me')
    expect(body).toMatchObject({ recoveryCodesLeft: 8 })
  })

  it('lets one in where two come with it at once', async () => {
    const code = owner.recoveryCodes[2]
    const both = await Promise.all([signIn({ code }), signIn({ code }), signIn({ code })])
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 401, 401])
  })

  it('is not used up by a wrong password, and is nobody else’s', async () => {
    const code = owner.recoveryCodes[3]
    const other = await join(stage, owner, 'other@example.com', ['owner'], 'password')
    expect(await signIn({ code, password: 'wrong and wrong again' })).toMatchObject(REFUSED)
    expect(await signIn({ code, login: other.login })).toMatchObject(REFUSED)
    expect((await signIn({ code })).status).toBe(200)
  })
})

describe('whoever asks whether somebody has an account', () => {
  /** Each is wrong in its own way. */
  const wrongs = async (): Promise<readonly (readonly [string, object])[]> => {
    const locked = await join(stage, owner, 'locked@example.com', ['member'], 'password')
    await owner.browser.post(`/api/accounts/${locked.id}/lock`)
    await join(stage, owner, 'passkey@example.com', ['member'], 'passkey')
    await owner.browser.post('/api/accounts', { name: 'I', login: 'invited@example.com', roles: ['member'] })
    stage.clock.advance(30_000)
    return [
      ['an unknown login', { login: 'nobody@example.com' }],
      ['a login that can be none', { login: 'no body\u200b@example.com' }],
      ['a wrong password', { password: 'wrong and wrong again' }],
      ['a wrong code', { code: '123456' }],
      ['no code', { code: '' }],
      ['a made-up recovery code', { code: '0000-0000-0000-0000' }],
      ['a locked person, all right', { login: locked.login, code: codeOf(stage, locked.secret) }],
      ['a person without a password', { login: 'passkey@example.com' }],
      ['a person who has not joined', { login: 'invited@example.com' }],
    ]
  }

  it('gets the same answer to everything that is wrong, byte by byte', async () => {
    const answers = new Map<string, string>()
    for (const [name, wrong] of await wrongs()) {
      const answer = await signIn(wrong, stage.browser(`198.51.100.${answers.size}`))
      const { date: _, ...headers } = answer.headers
      answers.set(name, JSON.stringify([answer.status, headers, answer.text]))
    }
    expect(new Set(answers.values()).size).toBe(1)
  })

  it('sees the same work done: one hash, the same statements in the same order', async () => {
    const works = new Map<string, string>()
    for (const [name, wrong] of await wrongs()) {
      const { stage: recorded, statements } = recordingStage(stage.db.stage('bf_identity'))
      const { key } = stage.deps.signIn
      const door = { stage: recorded, signIn: stage.deps.signIn, key, now: stage.clock.now() }
      const tried = { login: owner.login, password: PASSWORD, code: codeOf(stage, owner.secret), ...wrong }
      await expect(checkPassword(door, tried)).rejects.toMatchObject({ code: 'identity.refused' })
      works.set(name, statements.join('\n'))
    }
    expect(new Set(works.values()).size).toBe(1)
    expect([...works.values()][0]?.split('\n').length).toBeGreaterThan(3)
  })

  it('cannot tell from the options of a passkey, which name nobody', async () => {
    const ask = async () => {
      const { body } = await stage.browser().post('/api/sign-in/passkey/options')
      const { challenge: _, ...rest } = body['options'] as Record<string, unknown>
      return rest
    }
    expect(await ask()).toEqual({ ...(await ask()), allowCredentials: [] })
  })
})
