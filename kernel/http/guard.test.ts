import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type TestDatabase, testDatabase } from '../testing/cluster.ts'
import { testHttp } from '../testing/http.ts'
import type { Gate, Principal } from './principal.ts'
import { defineRoute, type Http } from './route.ts'

const person: Principal = {
  kind: 'person',
  id: '00000000-0000-4000-8000-000000000001',
  name: 'somebody@example.com',
  roles: ['owner'],
  session: '00000000-0000-4000-8000-000000000002',
  csrf: 'c'.repeat(43),
  secondFactor: true,
}
/** Knows people by a header, and lets them do everything but administer. */
const gate: Gate = {
  identify: async ({ headers }) => {
    if (headers['x-who'] === 'full') return person
    return headers['x-who'] === 'half' ? { ...person, secondFactor: false } : null
  },
  allows: (_principal, permission) => permission !== 'admin',
}
const answer = { schema: { response: { 200: z.strictObject({ who: z.string() }) } } }
const routes = [
  defineRoute((http) => {
    const who = async (request: { caller: string }) => ({ who: request.caller })
    http.get('/read', { ...answer, config: { permission: 'read' } }, who)
    http.post('/change', { ...answer, config: { permission: 'collect' } }, who)
    http.post('/own', { ...answer, config: { permission: 'self' } }, who)
    http.post('/admin', { ...answer, config: { permission: 'admin' } }, who)
    http.post('/public', { ...answer, config: { permission: 'public' } }, who)
  }),
]

let db: TestDatabase
let http: Http
beforeAll(async () => {
  db = await testDatabase()
  const policy = { chapters: [], frameworks: [], roles: [], controls: [] }
  http = (await testHttp(db, routes, { policy, checks: new Map(), gate: () => gate })).http
})
afterAll(async () => {
  await http.close()
  await db.close()
})

const call = async (method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await http.inject({ method, url, headers })
  return [statusCode, (JSON.parse(body) as { code?: string; who?: string }).code ?? null]
}
const csrf = { 'x-bergfried-csrf': person.csrf }

describe('a change by a person', () => {
  it('needs the secret of the session, whole and right', async () => {
    expect(await call('POST', '/change', { 'x-who': 'full' })).toEqual([403, 'http.csrf'])
    for (const wrong of ['', 'c', 'd'.repeat(43), `${person.csrf}c`])
      expect(await call('POST', '/change', { 'x-who': 'full', 'x-bergfried-csrf': wrong })).toEqual([403, 'http.csrf'])
    expect(await call('POST', '/change', { 'x-who': 'full', ...csrf })).toEqual([200, null])
  })

  it('is refused where the browser says that another site asks, even with the secret', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const headers = { 'x-who': 'full', ...csrf, 'sec-fetch-site': site }
      expect(await call('POST', '/change', headers)).toEqual([403, 'http.csrf'])
    }
    const own = { 'x-who': 'full', ...csrf, 'sec-fetch-site': 'same-origin' }
    expect(await call('POST', '/change', own)).toEqual([200, null])
  })

  it('is not needed for reading', async () => {
    expect(await call('GET', '/read', { 'x-who': 'full' })).toEqual([200, null])
  })
})

it('lets nobody unknown in, and nobody do what the policies do not permit', async () => {
  expect(await call('GET', '/read')).toEqual([401, 'http.unauthenticated'])
  expect(await call('POST', '/admin', { 'x-who': 'full', ...csrf })).toEqual([403, 'http.forbidden'])
})

it('lets a person without a second factor reach their own account and nothing else', async () => {
  expect(await call('GET', '/read', { 'x-who': 'half' })).toEqual([403, 'http.second_factor'])
  expect(await call('POST', '/change', { 'x-who': 'half', ...csrf })).toEqual([403, 'http.second_factor'])
  expect(await call('POST', '/own', { 'x-who': 'half', ...csrf })).toEqual([200, null])
})

describe('a public change, such as signing in', () => {
  const json = { 'content-type': 'application/json' }
  it('is refused as a form, and from another site', async () => {
    const post = async (headers: Record<string, string>, payload: string) =>
      (await http.inject({ method: 'POST', url: '/public', headers, payload })).statusCode
    expect(await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=b')).toBe(400)
    expect(await post({ 'content-type': 'text/plain' }, '{}')).toBe(400)
    expect(await post({ ...json, 'sec-fetch-site': 'cross-site' }, '{}')).toBe(403)
    expect(await post(json, '{}')).toBe(200)
  })
})

it('says the same headers of protection with every answer', async () => {
  const { headers } = await http.inject('/read')
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  })
  expect(headers['strict-transport-security']).toBeUndefined()
  const policy = { chapters: [], frameworks: [], roles: [], controls: [] }
  const signIn = { url: 'https://trust.example.com', providers: [], key: Buffer.alloc(32), language: 'de' } as const
  const secure = await testHttp(db, [], { policy, checks: new Map(), gate: () => gate, signIn })
  expect((await secure.http.inject('/none')).headers['strict-transport-security']).toMatch(/max-age=\d{8}/)
  await secure.http.close()
})
