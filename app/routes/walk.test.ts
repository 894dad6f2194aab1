import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../../capabilities/identity/contract.ts'
import { openGate } from '../../capabilities/identity/gate.ts'
import { beginSession } from '../../capabilities/identity/sessions/session-store.ts'
import { CSRF_HEADER } from '../../kernel/http/guard.ts'
import { defineRoute, PERMISSIONS, type Permission } from '../../kernel/http/route.ts'
import { type TestDatabase, testDatabase } from '../../kernel/testing/cluster.ts'
import { type TestHttp, testHttp } from '../../kernel/testing/http.ts'
import { CHECK_BY_ID, loadShippedOrOwn } from '../house.ts'
import { ROUTES } from '../routes.generated.ts'

/** What each role may, written down a second time on purpose: a change of the policies has to be meant. */
const MAY: Record<Role, readonly Permission[]> = {
  owner: [...PERMISSIONS, 'self'],
  approver: ['policy', 'read', 'people', 'collect', 'except', 'approve', 'respond', 'change', 'self'],
  reviewer: ['policy', 'read', 'people', 'collect', 'attest', 'respond', 'self'],
  auditor: ['policy', 'read', 'people', 'export', 'self'],
  member: ['policy', 'self'],
}

interface Walked {
  readonly method: string
  readonly url: string
  readonly permission: Permission | 'public'
}

/** Answers with a stream that does not end by itself; who may open it is asked all the same. */
const ENDLESS = new Set(['/api/live'])

let db: TestDatabase
let server: TestHttp
const walked: Walked[] = []
const cookies = new Map<Role, Record<string, string>>()
const ids = new Map<Role, { person: string; session: string }>()

beforeAll(async () => {
  db = await testDatabase()
  const listing = defineRoute((http) => {
    http.addHook('onRoute', ({ method, url, config }) => {
      for (const one of [method].flat()) {
        if (one !== 'HEAD') walked.push({ method: one, url, permission: config?.permission ?? 'public' })
      }
    })
  })
  server = await testHttp(db, [listing, ...ROUTES], {
    policy: await loadShippedOrOwn({ policy: null }),
    checks: CHECK_BY_ID,
    gate: openGate,
  })
  for (const role of ROLES) await signInAs(role)
})
afterAll(async () => {
  await server.http.close()
  await db.close()
})

async function signInAs(role: Role): Promise<void> {
  const person = randomUUID()
  const now = server.clock.now()
  const stage = db.stage('bf_identity')
  await stage.query(
    `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
     values ($1, $2, $3, 'de', $4, $5, $5)`,
    [person, `${role}@example.com`, role, [role], now],
  )
  const begun = await stage.transaction((tx) =>
    beginSession(tx, now, person, 'passkey', { device: 'test', address: '127.0.0.1' }),
  )
  const cookie = { cookie: `bergfried-session=${begun?.token}` }
  const answer = await server.http.inject({ url: '/api/session', headers: cookie })
  const { csrf } = answer.json<{ csrf: string }>()
  cookies.set(role, { ...cookie, [CSRF_HEADER]: csrf })
  const [row] = await stage.query<{ id: string }>('select id from identity.session where person_id = $1', [person])
  ids.set(role, { person, session: row?.id ?? '' })
}

/** An address with ids that are somebody else's: of the owner, or of the auditor where the owner asks. */
const filled = (url: string, by: Role): string => {
  const other = ids.get(by === 'owner' ? 'auditor' : 'owner')
  return url
    .replace('/sessions/:id', `/sessions/${other?.session}`)
    .replace('/accounts/:id', `/accounts/${other?.person}`)
    .replace(':session', other?.session ?? '')
    .replace(/:(id|position)\b/g, '1')
    .replace(':control', 'INF-05')
    .replace(':name', 'h')
    .replace(/:(\w+)/g, 'x')
    .replace('*', 'x')
}

async function call({ method, url }: Walked, by: Role, headers: Record<string, string>) {
  const options = { method, url: filled(url, by), headers } as InjectOptions
  const { statusCode, payload } = await server.http.inject(
    method === 'GET'
      ? options
      : { ...options, payload: {}, headers: { ...headers, 'content-type': 'application/json' } },
  )
  const code = payload.startsWith('{') ? ((JSON.parse(payload) as { code?: string }).code ?? null) : null
  return { status: statusCode, code }
}

const everybody = async (): Promise<string> =>
  JSON.stringify(
    await Promise.all([
      db.stage('bf_identity').query('select id, login, name, roles, locked_at from identity.person order by login'),
      db.stage('bf_identity').query('select id, person_id from identity.session order by id'),
    ]),
  )

describe('every route of this server', () => {
  it('is there to be walked', () => {
    expect(walked.length).toBeGreaterThan(60)
    expect(new Set(walked.map((w) => w.permission))).toEqual(new Set([...PERMISSIONS, 'public', 'self']))
  })

  it('is open to anybody only where that is meant', () => {
    const open = walked.filter((w) => w.permission === 'public').map((w) => `${w.method} ${w.url}`)
    expect(open.sort()).toMatchInlineSnapshot(`
      [
        "GET /",
        "GET /.well-known/security.txt",
        "GET /access",
        "GET /account",
        "GET /alerts",
        "GET /api/access/requests/:id/state",
        "GET /api/hosts/self/firewall",
        "GET /api/hosts/self/orders",
        "GET /api/organisation",
        "GET /api/sign-in/oidc/:provider",
        "GET /api/sign-in/oidc/:provider/callback",
        "GET /backups",
        "GET /blocking",
        "GET /console/*",
        "GET /demo/:token",
        "GET /evidence",
        "GET /evidence/:position",
        "GET /findings",
        "GET /findings/:id",
        "GET /firewall",
        "GET /health",
        "GET /join",
        "GET /keys",
        "GET /log/checkpoint",
        "GET /log/tile/*",
        "GET /network",
        "GET /openapi.json",
        "GET /organisation/logo",
        "GET /people",
        "GET /people/:person",
        "GET /policy",
        "GET /policy/:control",
        "GET /settings/accounts",
        "GET /settings/organisation",
        "GET /setup",
        "GET /sign-in",
        "GET /systems",
        "GET /systems/:name",
        "GET /trust",
        "GET /trust.json",
        "GET /trust/assets/:version/*",
        "GET /trust/de",
        "GET /trust/de.atom",
        "GET /trust/en",
        "GET /trust/en.atom",
        "POST /api/firewall/signed",
        "POST /api/hosts/self/firewall",
        "POST /api/hosts/self/firewall/confirm",
        "POST /api/hosts/self/report",
        "POST /api/keys/signed",
        "POST /api/keys/use",
        "POST /api/setup/complete",
        "POST /api/setup/open",
        "POST /api/setup/passkey/options",
        "POST /api/sign-in/passkey",
        "POST /api/sign-in/passkey/options",
        "POST /api/sign-in/password",
        "POST /api/signed",
      ]
    `)
  })

  it('is closed to whoever is nobody, unless it is public', async () => {
    for (const route of walked.filter((w) => w.permission !== 'public'))
      expect([route.method, route.url, await call(route, 'member', {})]).toEqual([
        route.method,
        route.url,
        { status: 401, code: 'http.unauthenticated' },
      ])
  })

  it.each(ROLES.filter((r) => r !== 'owner'))(
    'is closed to the role %s where its permission is missing',
    async (role) => {
      const before = await everybody()
      const closed = walked.filter((w) => w.permission !== 'public' && !MAY[role].includes(w.permission))
      for (const route of closed)
        expect([route.method, route.url, await call(route, role, cookies.get(role) ?? {})]).toEqual([
          route.method,
          route.url,
          { status: 403, code: 'http.forbidden' },
        ])
      expect(await everybody()).toBe(before)
    },
  )

  it.each(ROLES)('refuses the role %s a change without the secret of its session', async (role) => {
    const { cookie = '' } = cookies.get(role) ?? {}
    for (const route of walked.filter((w) => w.permission !== 'public' && w.method !== 'GET'))
      expect([route.url, (await call(route, role, { cookie })).code]).toEqual([route.url, 'http.csrf'])
  })

  it.each(ROLES.filter((r) => r !== 'owner'))(
    'gives the role %s nothing of other people by their ids',
    async (role) => {
      const before = await everybody()
      const own = walked.filter((w) => w.permission === 'self' && /:(id|session)\b/.test(w.url))
      expect(own.length).toBeGreaterThan(2)
      for (const route of own) {
        const { status } = await call(route, role, cookies.get(role) ?? {})
        expect([route.url, status >= 400]).toEqual([route.url, true])
      }
      expect(await everybody()).toBe(before)
    },
  )

  it.each(ROLES)('lets the role %s read what it may, and fails at nothing', async (role) => {
    const open = walked.filter(
      (w) => w.method === 'GET' && w.permission !== 'public' && MAY[role].includes(w.permission) && !ENDLESS.has(w.url),
    )
    for (const route of open) {
      const { status, code } = await call(route, role, cookies.get(role) ?? {})
      expect([route.url, status === 401 || code === 'http.forbidden' || code === 'http.defect']).toEqual([
        route.url,
        false,
      ])
    }
    expect(server.defects).toEqual([])
  })
})
