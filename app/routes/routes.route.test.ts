import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EMPTY_REGISTER } from '../../capabilities/people/register-csv.ts'
import type { FactKind } from '../../facts/kinds.ts'
import { sysctlFact } from '../../facts/sysctl.fact.ts'
import { judge } from '../../kernel/check/judge.ts'
import { collectSystem } from '../../kernel/collect/run.ts'
import { defineRoute, PERMISSIONS, type TokenPermission } from '../../kernel/http/route.ts'
import { createHttp } from '../../kernel/http/server.ts'
import { createToken, endToken } from '../../kernel/http/tokens.ts'
import { type TestDatabase, testDatabase } from '../../kernel/testing/cluster.ts'
import { type TestHttp, testHttp } from '../../kernel/testing/http.ts'
import { tokenGate } from '../../kernel/testing/token-gate.ts'
import { CHECK_BY_ID, loadShippedOrOwn } from '../house.ts'
import { ROUTES } from '../routes.generated.ts'

let db: TestDatabase
let server: TestHttp

beforeAll(async () => {
  db = await testDatabase()
  server = await testHttp(db, ROUTES, { policy: await loadShippedOrOwn({ policy: null }), checks: CHECK_BY_ID })
  const system = server.systems.find((s) => s.name === 'h')
  const check = CHECK_BY_ID.get('hardening.sysctl-network')
  if (system === undefined || check === undefined) throw new Error('no system or check')
  const rows = [{ ...sysctlFact.sample, name: 'net.ipv4.tcp_syncookies', value: '0' }]
  const given = new Map<FactKind, readonly Record<string, unknown>[]>(
    check.reads.map((kind) => [kind, kind === 'sysctl' ? rows : []]),
  )
  await collectSystem(db.stage('bf_collect'), {
    system,
    connectors: [],
    target: undefined as never,
    clock: server.clock,
    given,
  })
  await judge(db.stage('bf_judge'), server.clock, [{ check, systems: [system.id] }], 'test')
})
afterAll(async () => {
  await server.http.close()
  await db.close()
})

const exception = {
  check: 'hardening.sysctl-network',
  owner: 'security-lead',
  reason: 'until the kernel is replaced',
  until: '2026-12-01T00:00:00Z',
}
const attestation = {
  control: 'DCS-02',
  attestation: '',
  person: 'somebody',
  document: 'report.pdf',
  documentSha256: 'a'.repeat(64),
}

/** Every guarded route: method, address, the permission that it needs, a body that it takes. */
type Guarded = readonly [
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  permission: TokenPermission,
  status: number,
  body?: unknown,
]
const GUARDED: readonly Guarded[] = [
  ['GET', '/api/controls', 'read', 200],
  ['GET', '/api/controls/INF-17', 'read', 200],
  ['GET', '/api/rows', 'read', 200],
  ['GET', '/api/findings', 'read', 200],
  ['GET', '/api/systems', 'read', 200],
  ['GET', '/api/evidence', 'read', 200],
  ['GET', '/api/evidence/export/oscal', 'export', 200],
  // No log runs here: what it would answer is tested beside it.
  ['GET', '/api/evidence/0', 'read', 503],
  ['GET', '/api/exceptions', 'read', 200],
  ['GET', '/api/attestations', 'read', 200],
  ['POST', '/api/systems/h/collections', 'collect', 202],
  ['POST', '/api/exceptions', 'except', 201, exception],
  ['POST', '/api/exceptions/1/end', 'except', 200],
  ['POST', '/api/attestations', 'attest', 201, attestation],
  ['GET', '/api/register', 'register', 200],
  ['PUT', '/api/register', 'register', 200, EMPTY_REGISTER],
]

describe.each(GUARDED.map((route) => ({ name: `${route[0]} ${route[1]}`, route })))('$name', ({ route }) => {
  const [method, url, permission, status, body] = route
  it('refuses whoever has no token, a made-up one, or one that may do everything else', async () => {
    expect(await server.call(method, url, null, body)).toMatchObject({
      status: 401,
      body: { code: 'http.unauthenticated' },
    })
    const forged = await server.http.inject({ method, url, headers: { authorization: `Bearer bfr_${'A'.repeat(43)}` } })
    expect(forged.statusCode).toBe(401)
    const others = PERMISSIONS.filter((p) => p !== permission)
    expect(await server.call(method, url, others, body)).toMatchObject({
      status: 403,
      body: { code: 'http.forbidden' },
    })
  })

  it('answers whoever may', async () => {
    const filled =
      url === '/api/attestations' && body !== undefined ? { ...attestation, attestation: await asked('DCS-02') } : body
    expect(await server.call(method, url, [permission], filled)).toMatchObject({ status })
    expect(server.defects).toEqual([])
  })
})

async function asked(control: string): Promise<string> {
  const policy = await loadShippedOrOwn({ policy: null })
  return policy.controls.find((c) => c.id === control)?.attestations[0]?.id ?? ''
}

describe('the server', () => {
  it('refuses to start with a route that names no permission', async () => {
    const bad = defineRoute((http) => {
      http.get('/api/open', {}, async () => 'x')
    })
    await expect(
      createHttp({
        routes: [bad],
        deps: server.deps,
        gate: tokenGate(db, server.clock),
        version: '0',
        lang: 'en',
        onDefect: () => undefined,
      }),
    ).rejects.toThrow('names no permission')
  })

  it('refuses a token that was ended or has expired', async () => {
    const desk = db.stage('bf_desk')
    const now = server.clock.now()
    const { id, token } = await createToken(desk, {
      name: 't',
      permissions: ['read'],
      now,
      until: new Date(now.getTime() + 1000),
    })
    const get = () => server.http.inject({ url: '/api/systems', headers: { authorization: `Bearer ${token}` } })
    expect((await get()).statusCode).toBe(200)
    await endToken(desk, id, now)
    expect((await get()).statusCode).toBe(401)
    const short = await createToken(desk, {
      name: 't',
      permissions: ['read'],
      now,
      until: new Date(now.getTime() + 1000),
    })
    server.clock.advance(2000)
    const late = await server.http.inject({ url: '/api/systems', headers: { authorization: `Bearer ${short.token}` } })
    expect(late.statusCode).toBe(401)
  })

  it('stores no token in clear and tells of none in the evidence', async () => {
    const desk = db.stage('bf_desk')
    const now = server.clock.now()
    const { token } = await createToken(desk, {
      name: 't',
      permissions: ['read'],
      now,
      until: new Date(now.getTime() + 1000),
    })
    const stored = JSON.stringify([
      await db.stage('bf_owner').query('select * from desk.token'),
      await db.stage('bf_owner').query('select body from evidence.entry'),
    ])
    expect(stored).not.toContain(token.slice(4))
  })

  it('answers errors as problem+json with a sentence, and a defect without a word of it', async () => {
    const missing = await server.call('GET', '/api/controls/NO-99')
    expect(missing).toMatchObject({ status: 404, body: { code: 'control.unknown', status: 404 } })
    expect(missing.headers['content-type']).toContain('application/problem+json')
    expect(await server.call('GET', '/api/rows?limit=0')).toMatchObject({ status: 400, body: { code: 'http.invalid' } })
    expect(await server.call('GET', '/api/rows?unknown=1')).toMatchObject({ status: 400 })
    expect(await server.call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'http.not_found' } })
    const boom = defineRoute((http) => {
      http.get('/boom', { config: { permission: 'public' } }, async () => {
        throw new Error('secret inside')
      })
    })
    const told: unknown[] = []
    const broken = await createHttp({
      routes: [boom],
      deps: server.deps,
      gate: tokenGate(db, server.clock),
      version: '0',
      lang: 'en',
      onDefect: (_w, e) => told.push(e),
    })
    const answer = await broken.inject('/boom')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret inside')
    expect(told).toHaveLength(1)
  })

  it('serves OpenAPI 3.1 made from its routes', async () => {
    const { body } = await server.call('GET', '/openapi.json', null)
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Bergfried' } })
    expect(Object.keys((body as { components: { schemas: object } }).components.schemas)).toContain('Control')
  })
})

describe('rows and findings', () => {
  it('tell what was read, in both languages', async () => {
    const { body } = await server.call('GET', '/api/rows?check=hardening.sysctl-network&status=alarm')
    const { rows } = body as { rows: { text: { de: string; en: string }; system: string }[] }
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.system).toBe('h')
      expect(row.text.de).not.toMatch(/\{\w+\}/)
      expect(row.text.en).not.toMatch(/\{\w+\}/)
    }
  })

  it('page without loss or repetition', async () => {
    const all = ((await server.call('GET', '/api/rows?limit=1000')).body as { rows: { id: number }[] }).rows.map(
      (r) => r.id,
    )
    const paged: number[] = []
    for (let next: number | null = 0; next !== null; ) {
      const { body } = await server.call('GET', `/api/rows?limit=3&after=${next}`)
      const part = body as { rows: { id: number }[]; next: number | null }
      paged.push(...part.rows.map((r) => r.id))
      next = part.next
    }
    expect(paged).toEqual(all)
  })

  it('findings open once', async () => {
    const { body } = await server.call('GET', '/api/findings')
    const { findings } = body as { findings: { openedAt: string; closedAt: string | null; status: string }[] }
    expect(findings.some((f) => f.status === 'alarm')).toBe(true)
    expect(findings.every((f) => f.closedAt === null)).toBe(true)
  })
})
