import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createToken } from '../../../kernel/http/tokens.ts'
import {
  complete,
  type IdentityStage,
  identityStage,
  join,
  type Somebody,
  setUp,
  withPasskey,
} from '../testing/identity-stage.ts'
import { eraseAccount } from './erase-account.ts'
import { resetAccount } from './invite.ts'
import { listAccounts } from './list-accounts.ts'

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

const setRoles = (by: Somebody, id: string, roles: string[]) => by.browser.put(`/api/accounts/${id}/roles`, { roles })
const rolesOf = async (id: string) =>
  (
    await stage.db.stage('bf_owner').query<{ roles: string[] }>('select roles from identity.person where id = $1', [id])
  )[0]?.roles
const entries = async () =>
  (
    await stage.db
      .stage('bf_owner')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'account' order by position`)
  ).map(({ body }) => JSON.parse(body) as Record<string, unknown>)

describe('the last owner', () => {
  it('keeps the role, cannot be locked, and cannot start anew by the console', async () => {
    const last = { status: 409, body: { code: 'identity.last_owner' } }
    const own = { status: 409, body: { code: 'identity.own_account' } }
    expect(await setRoles(owner, owner.id, ['member'])).toMatchObject(last)
    expect(await owner.browser.post(`/api/accounts/${owner.id}/lock`)).toMatchObject(own)
    expect(await owner.browser.post(`/api/accounts/${owner.id}/invitation`)).toMatchObject(own)
    const { token } = await createToken(stage.db.stage('bf_desk'), {
      name: 'robot',
      permissions: ['admin'],
      now: stage.clock.now(),
      until: new Date(stage.clock.now().getTime() + 1000),
    })
    const robot = await stage.browser().call('POST', `/api/accounts/${owner.id}/lock`, undefined, {
      authorization: `Bearer ${token}`,
    })
    expect(robot).toMatchObject(last)
    expect((await owner.browser.get('/api/session')).status).toBe(200)
  })

  it('is not replaced by one who cannot sign in: invited, locked, or reset', async () => {
    const made = await owner.browser.post('/api/accounts', {
      name: 'I',
      login: 'invited@example.com',
      roles: ['owner'],
    })
    expect(made.status).toBe(201)
    const second = await join(stage, owner, 'second@example.com', ['owner'])
    await owner.browser.post(`/api/accounts/${second.id}/lock`)
    expect((await setRoles(owner, owner.id, ['member'])).status).toBe(409)
    await owner.browser.post(`/api/accounts/${second.id}/unlock`)
    await owner.browser.post(`/api/accounts/${second.id}/invitation`)
    expect((await setRoles(owner, owner.id, ['member'])).status).toBe(409)
  })

  it('remains where two owners step back, or lock each other, at once', async () => {
    for (const step of ['roles', 'lock'] as const) {
      const second = await join(stage, owner, `${step}@example.com`, ['owner'])
      const act = (by: Somebody, id: string) =>
        step === 'roles' ? setRoles(by, by.id, ['member']) : by.browser.post(`/api/accounts/${id}/lock`)
      const both = await Promise.all([act(owner, second.id), act(second, owner.id)])
      const left = await stage.db
        .stage('bf_owner')
        .query(`select from identity.person where 'owner' = any(roles) and locked_at is null`)
      expect([both.map((one) => one.status).sort(), left.length]).toEqual([expect.arrayContaining([204]), 1])
      await stage.wipe()
      owner = await setUp(stage)
    }
    expect(stage.defects).toEqual([])
  })
})

describe('roles', () => {
  it('hold from the next request on, without signing in again', async () => {
    const member = await join(stage, owner, 'm@example.com', ['member'])
    expect((await member.browser.get('/api/accounts')).status).toBe(403)
    expect((await setRoles(owner, member.id, ['member', 'owner', 'member'])).status).toBe(204)
    expect((await member.browser.get('/api/accounts')).status).toBe(200)
    expect((await setRoles(owner, member.id, ['auditor'])).status).toBe(204)
    expect((await member.browser.get('/api/accounts')).status).toBe(403)
  })

  it.each([[[]], [['root']], [['Owner']], [['owner', 1]]])('such as %j are refused', async (roles) => {
    expect((await setRoles(owner, owner.id, roles as string[])).status).toBe(400)
    expect(await rolesOf(owner.id)).toEqual(['owner'])
  })
})

describe('what lets somebody in', () => {
  const calls = (id: string) =>
    [
      ['POST', '/api/accounts', { name: 'N', login: 'n@example.com', roles: ['owner'] }],
      ['POST', `/api/accounts/${id}/invitation`, undefined],
      ['PUT', `/api/accounts/${id}/roles`, { roles: ['owner'] }],
      ['POST', `/api/accounts/${id}/unlock`, undefined],
    ] as const

  it('asks for a sign-in younger than ten minutes; locking and ending sessions do not', async () => {
    const member = await join(stage, owner, 'm@example.com', ['member'])
    stage.clock.advance(600_001)
    for (const [method, url, body] of calls(member.id)) {
      expect(await owner.browser.call(method, url, body)).toMatchObject({
        status: 403,
        body: { code: 'identity.sign_in_again' },
      })
    }
    expect((await owner.browser.delete(`/api/accounts/${member.id}/sessions`)).status).toBe(204)
    expect((await owner.browser.post(`/api/accounts/${member.id}/lock`)).status).toBe(204)
    await withPasskey(owner.browser, owner)
    expect((await owner.browser.post(`/api/accounts/${member.id}/unlock`)).status).toBe(204)
  })

  it('is not for machines, whatever their token carries', async () => {
    const member = await join(stage, owner, 'm@example.com', ['member'])
    for (const [method, url, body] of calls(member.id)) {
      const told = await stage.call(method, url, ['admin'], body).catch(() => ({ status: 204 }))
      expect(told.status).toBe(403)
    }
    expect(await rolesOf(member.id)).toEqual(['member'])
    expect((await stage.call('GET', '/api/accounts', ['admin'])).status).toBe(200)
  })
})

describe('an account', () => {
  it('is made once under one login, however it is written', async () => {
    const body = { name: 'N', login: 'ⓝ@example.com', roles: ['member'] }
    expect((await owner.browser.post('/api/accounts', body)).status).toBe(201)
    expect(await owner.browser.post('/api/accounts', { ...body, login: 'N@EXAMPLE.com' })).toMatchObject({
      status: 409,
      body: { code: 'identity.login_taken' },
    })
    for (const login of ['a b@example.com', 'a\u200b@example.com', 'ab']) {
      expect((await owner.browser.post('/api/accounts', { ...body, login })).status).toBe(400)
    }
  })

  it('shows its sessions to an owner, who ends one or all', async () => {
    const member = await join(stage, owner, 'm@example.com', ['member'])
    const second = stage.browser('198.51.100.7')
    await withPasskey(second, member)
    const listed = await owner.browser.get(`/api/accounts/${member.id}/sessions`)
    const { sessions } = listed.body as { sessions: { id: string; current: boolean; address: string }[] }
    expect(sessions.map((one) => one.current)).toEqual([false, false])
    const one = sessions.find((session) => session.address === '198.51.100.7')?.id ?? ''
    const other = `/api/accounts/${owner.id}/sessions/${one}`
    expect((await owner.browser.delete(other)).status).toBe(404)
    expect((await owner.browser.delete(`/api/accounts/${member.id}/sessions/${one}`)).status).toBe(204)
    expect((await second.get('/api/session')).status).toBe(401)
    expect((await member.browser.get('/api/session')).status).toBe(200)
    expect((await owner.browser.delete(`/api/accounts/${member.id}/sessions`)).status).toBe(204)
    expect((await member.browser.get('/api/session')).status).toBe(401)
  })

  it('that is not there is not found', async () => {
    const nobody = '/api/accounts/00000000-0000-4000-8000-000000000000'
    for (const [method, path, body] of [
      ['POST', '/invitation', undefined],
      ['PUT', '/roles', { roles: ['member'] }],
      ['POST', '/lock', undefined],
      ['POST', '/unlock', undefined],
      ['DELETE', '/sessions', undefined],
    ] as const) {
      expect(await owner.browser.call(method, `${nobody}${path}`, body)).toMatchObject({
        status: 404,
        body: { code: 'http.not_found' },
      })
    }
    expect((await owner.browser.post('/api/accounts/1/lock')).status).toBe(400)
  })
})

describe('the command line', () => {
  it('lists accounts and lets the only owner start anew', async () => {
    const pool = stage.db.stage('bf_identity')
    const now = stage.clock.now()
    expect(await listAccounts(pool, now)).toMatchObject([
      { login: 'owner@example.com', roles: ['owner'], methods: ['passkey'], sessions: 1, invited: false },
    ])
    const { link } = await resetAccount(pool, ' Owner@example.com', { url: 'http://localhost:7400', now })
    expect((await owner.browser.get('/api/session')).status).toBe(401)
    expect((await withPasskey(stage.browser(), owner)).status).toBe(401)
    const anew = await complete(stage, link.slice(link.indexOf('#') + 1), { login: owner.login, method: 'password' })
    expect(anew).toMatchObject({ id: owner.id, answer: { status: 200 } })
    await expect(resetAccount(pool, 'nobody@example.com', { url: '', now })).rejects.toMatchObject({
      code: 'http.not_found',
    })
  })
})

describe('erasing an account', () => {
  it('leaves its number and nothing of the person, and nothing signs it in', async () => {
    const member = await join(stage, owner, 'member@example.com', ['auditor'], 'password')
    await eraseAccount(stage.db.stage('bf_identity'), member.login, stage.clock.now())
    expect((await member.browser.get('/api/session')).status).toBe(401)
    const stored = await stage.db
      .stage('bf_owner')
      .query<object>('select * from identity.person where id = $1', [member.id])
    expect(stored).toMatchObject([{ login: `erased-${member.id}`, name: '-', roles: ['member'] }])
    expect((await entries()).at(-1)).toEqual({ event: 'erased', account: member.id })
  })

  it('is refused for the last owner, and for nobody', async () => {
    const pool = stage.db.stage('bf_identity')
    await expect(eraseAccount(pool, owner.login, stage.clock.now())).rejects.toMatchObject({
      code: 'identity.last_owner',
    })
    await expect(eraseAccount(pool, 'x', stage.clock.now())).rejects.toMatchObject({ code: 'http.not_found' })
    expect((await owner.browser.get('/api/session')).status).toBe(200)
  })
})

describe('the evidence', () => {
  it('tells everything that happened to accounts, in order, without a name in clear', async () => {
    const member = await join(stage, owner, 'member@example.com', ['member'])
    await setRoles(owner, member.id, ['auditor'])
    await setRoles(owner, member.id, ['auditor'])
    await owner.browser.delete(`/api/accounts/${member.id}/sessions`)
    await owner.browser.delete(`/api/accounts/${member.id}/sessions`)
    await owner.browser.post(`/api/accounts/${member.id}/lock`)
    await owner.browser.post(`/api/accounts/${member.id}/lock`)
    await owner.browser.post(`/api/accounts/${member.id}/unlock`)
    await owner.browser.post(`/api/accounts/${member.id}/invitation`)
    const told = await entries()
    expect(told.map(({ event, account }) => [event, account === member.id])).toEqual([
      ['setup', false],
      ['invited', true],
      ['joined', true],
      ['roles', true],
      ['sessions_ended', true],
      ['locked', true],
      ['unlocked', true],
      ['reset', true],
    ])
    expect(told[3]).toMatchObject({ roles: ['auditor'], before: ['member'] })
    expect(JSON.stringify(told)).not.toMatch(/example\.com|owner@/)
  })

  it('tells nothing of what was refused', async () => {
    const before = await entries()
    await setRoles(owner, owner.id, ['member'])
    await owner.browser.post('/api/accounts', { name: 'N', login: owner.login, roles: ['member'] })
    expect(await entries()).toEqual(before)
  })
})
