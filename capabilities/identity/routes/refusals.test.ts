import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PERMISSIONS } from '../../../kernel/http/route.ts'
import { createToken } from '../../../kernel/http/tokens.ts'
import { ROLES, type Role } from '../contract.ts'
import type { Browser } from '../testing/browser.ts'
import { type IdentityStage, identityStage, join, type Somebody, setUp } from '../testing/identity-stage.ts'

const ID = '00000000-0000-4000-8000-000000000000'
type Line = readonly [method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object]
const SELF: readonly Line[] = [
  ['GET', '/api/session'],
  ['POST', '/api/sign-out'],
  ['GET', '/api/me'],
  ['PUT', '/api/me', { name: 'N', language: 'de' }],
  ['POST', '/api/me/passkeys/options'],
  ['POST', '/api/me/passkeys', { ceremony: 'x', credential: { id: 'x' }, label: 'x' }],
  ['PUT', `/api/me/passkeys/${ID}`, { label: 'x' }],
  ['DELETE', `/api/me/passkeys/${ID}`],
  ['POST', '/api/me/totp/offer'],
  ['PUT', '/api/me/totp', { ceremony: 'x', code: '1' }],
  ['PUT', '/api/me/password', { password: 'eleven quiet lanterns' }],
  ['DELETE', '/api/me/password'],
  ['POST', '/api/me/recovery-codes'],
  ['DELETE', `/api/me/sessions/${ID}`],
  ['DELETE', '/api/me/sessions'],
  ['POST', '/api/me/linked/house'],
  ['DELETE', `/api/me/linked/${ID}`],
]
const ADMIN: readonly Line[] = [
  ['PUT', '/api/organisation', { name: 'N', logo: null }],
  ['GET', '/api/accounts'],
  ['POST', '/api/accounts', { name: 'N', login: 'n@example.com', roles: ['owner'] }],
  ['POST', `/api/accounts/${ID}/invitation`],
  ['PUT', `/api/accounts/${ID}/roles`, { roles: ['owner'] }],
  ['POST', `/api/accounts/${ID}/lock`],
  ['POST', `/api/accounts/${ID}/unlock`],
  ['GET', `/api/accounts/${ID}/sessions`],
  ['DELETE', `/api/accounts/${ID}/sessions`],
  ['DELETE', `/api/accounts/${ID}/sessions/${ID}`],
]
const named = (lines: readonly Line[]) => lines.map((line) => ({ name: `${line[0]} ${line[1]}`, line }))
const PUBLIC = [
  'GET /api/organisation',
  'GET /organisation/logo',
  'GET /api/sign-in/oidc/{provider}',
  'GET /api/sign-in/oidc/{provider}/callback',
  'POST /api/sign-in/passkey/options',
  'POST /api/sign-in/passkey',
  'POST /api/sign-in/password',
  'POST /api/setup/open',
  'POST /api/setup/passkey/options',
  'POST /api/setup/complete',
]

let stage: IdentityStage
let owner: Somebody
const people = new Map<Role, Browser>()
beforeAll(async () => {
  stage = await identityStage()
  owner = await setUp(stage)
  for (const role of ROLES) {
    people.set(role, (await join(stage, owner, `${role}-2@example.com`, [role])).browser)
  }
})
afterAll(() => stage.end())

const token = async (...permissions: (typeof PERMISSIONS)[number][]) => {
  const until = new Date(stage.clock.now().getTime() + 86_400_000)
  const made = await createToken(stage.db.stage('bf_desk'), { name: 't', permissions, now: stage.clock.now(), until })
  return { authorization: `Bearer ${made.token}` }
}

describe.each(named([...SELF, ...ADMIN]))('$name', ({ line: [method, url, body] }) => {
  it('refuses whoever is nobody, and whoever makes a token or a session up', async () => {
    for (const headers of [
      {},
      { authorization: `Bearer bfr_${'A'.repeat(43)}` },
      { cookie: `bergfried-session=${'A'.repeat(43)}`, 'x-bergfried-csrf': 'x' },
    ]) {
      const told = await stage.browser().call(method, url, body, headers as Record<string, string>)
      expect(told).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } })
    }
  })

  it('refuses a session without its csrf token, and one that is used from another site', async () => {
    if (method === 'GET') return
    const forged = owner.browser.copy()
    forged.csrf = ''
    expect(await forged.call(method, url, body)).toMatchObject({ status: 403, body: { code: 'http.csrf' } })
    const foreign = await owner.browser.call(method, url, body, { 'sec-fetch-site': 'cross-site' })
    expect(foreign).toMatchObject({ status: 403, body: { code: 'http.csrf' } })
  })
})

describe.each(named(ADMIN))('$name', ({ line: [method, url, body] }) => {
  it.each(ROLES.filter((role) => role !== 'owner'))('refuses a person who is %s', async (role) => {
    const told = await people.get(role)?.call(method, url, body)
    expect(told).toMatchObject({ status: 403, body: { code: 'http.forbidden' } })
  })

  it('refuses a token that may everything else', async () => {
    const headers = await token(...PERMISSIONS.filter((permission) => permission !== 'admin'))
    expect(await stage.browser().call(method, url, body, headers)).toMatchObject({
      status: 403,
      body: { code: 'http.forbidden' },
    })
  })

  it('lets an owner reach it', async () => {
    const told = await people.get('owner')?.call(method, url, body)
    expect([200, 201, 204, 404]).toContain(told?.status)
    expect(stage.defects).toEqual([])
  })
})

describe.each(named(SELF))('$name', ({ line: [method, url, body] }) => {
  it('refuses every machine', async () => {
    const told = await stage.browser().call(method, url, body, await token(...PERMISSIONS))
    expect(told).toMatchObject({ status: 403, body: { code: 'http.forbidden' } })
  })
})

describe('what is public', () => {
  it('is exactly what has to be, and everything else is told above', () => {
    const { paths } = stage.http.swagger() as { paths: Record<string, Record<string, { security?: unknown[] }>> }
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { security }]) => [`${method.toUpperCase()} ${path}`, security?.length === 0] as const,
      ),
    )
    expect(
      routes
        .filter(([, open]) => open)
        .map(([name]) => name)
        .sort(),
    ).toEqual([...PUBLIC].sort())
    const told = [...SELF, ...ADMIN].map(([method, url]) =>
      `${method} ${url}`
        .replace(`${ID}/sessions/${ID}`, '{id}/sessions/{session}')
        .replace(ID, '{id}')
        .replace('/house', '/{provider}'),
    )
    expect(
      routes
        .filter(([, open]) => !open)
        .map(([name]) => name)
        .sort(),
    ).toEqual(told.sort())
  })

  it('takes no form of another site, and no body that is too long', async () => {
    for (const url of ['/api/sign-in/password', '/api/sign-in/passkey', '/api/setup/complete']) {
      const form = await stage.http.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'login=a',
      })
      expect(form.statusCode).toBe(400)
      const foreign = await stage.browser().call('POST', url, {}, { 'sec-fetch-site': 'cross-site' })
      expect(foreign.status).toBe(403)
    }
    const long = { ceremony: 'x', credential: { id: 'x', more: 'x'.repeat(70_000) } }
    expect((await stage.browser().post('/api/sign-in/passkey', long)).status).toBe(413)
  })
})
