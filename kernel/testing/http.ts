import type { Check } from '../check/check.ts'
import { type Clock, handClock } from '../clock/clock.ts'
import { type RegisteredSystem, syncSystems } from '../collect/systems.ts'
import type { Database } from '../db/database.ts'
import { LiveFeed } from '../http/live-feed.ts'
import type { Gate } from '../http/principal.ts'
import { type Http, PERMISSIONS, type Route, type RouteDeps, type TokenPermission } from '../http/route.ts'
import { createHttp } from '../http/server.ts'
import type { SignIn } from '../http/sign-in.ts'
import { createToken } from '../http/tokens.ts'
import type { EvidenceLog } from '../ledger/evidence-log.ts'
import type { Policy } from '../policy/policy-schema.ts'
import { tokenGate } from './token-gate.ts'

export interface TestHttp {
  readonly http: Http
  readonly clock: ReturnType<typeof handClock>
  readonly systems: readonly RegisteredSystem[]
  readonly deps: RouteDeps
  /** Names of systems that were asked to be collected, kinds that were told to have changed. */
  readonly signals: string[]
  /** Errors without a code that routes threw. */
  readonly defects: unknown[]
  /** Calls as somebody with these permissions; null: without a token. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    may?: readonly TokenPermission[] | null,
    body?: unknown,
  ): Promise<{ status: number; body: never; headers: Record<string, unknown> }>
}

/** As an installation on the machine of whoever tries it: no TLS, no provider. */
export const TEST_SIGN_IN: SignIn = {
  url: 'http://localhost:7400',
  providers: [],
  key: Buffer.alloc(32, 7),
  language: 'de',
}

/** A server with the given routes on a test database, without a socket. */
export async function testHttp(
  database: Database,
  routes: readonly Route[],
  options: {
    policy: Policy
    checks: ReadonlyMap<string, Check>
    evidence?: EvidenceLog
    signIn?: SignIn
    demo?: boolean
    gate?: (deps: RouteDeps) => Gate | Promise<Gate>
  },
): Promise<TestHttp> {
  const clock = handClock('2026-11-01T00:00:00Z')
  const systems = await syncSystems(database.stage('bf_desk'), [{ name: 'h', kind: 'host' }], [{}], clock.now())
  const signals: string[] = []
  const defects: unknown[] = []
  const { gate, ...given } = options
  const deps: RouteDeps = {
    database,
    clock: clock as Clock,
    systems,
    evidence: null,
    live: new LiveFeed(),
    signIn: TEST_SIGN_IN,
    demo: false,
    securityTxt: null,
    access: null,
    backups: null,
    blocking: null,
    network: null,
    detection: null,
    firewall: null,
    keys: null,
    front: async () => null,
    ...given,
    collectNow: (system) => signals.push(system.name),
    changed: (system, kinds) => signals.push(`${system.name}: ${kinds.join(' ')}`),
  }
  const http = await createHttp({
    routes,
    deps,
    gate: (await gate?.(deps)) ?? tokenGate(database, clock),
    version: '0',
    lang: 'en',
    onDefect: (_where, error) => defects.push(error),
  })
  const tokens = new Map<string, string>()
  const tokenFor = async (may: readonly TokenPermission[]): Promise<string> => {
    const key = may.join(' ')
    const known = tokens.get(key)
    if (known !== undefined) return known
    const until = new Date(clock.now().getTime() + 86_400_000)
    const { token } = await createToken(database.stage('bf_desk'), {
      name: 'test',
      permissions: may,
      now: clock.now(),
      until,
    })
    tokens.set(key, token)
    return token
  }
  return {
    deps,
    http,
    clock,
    systems,
    signals,
    defects,
    call: async (method, url, may = PERMISSIONS, body) => {
      const headers = may === null ? {} : { authorization: `Bearer ${await tokenFor(may)}` }
      const answer = await http.inject({
        method,
        url,
        headers,
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return { status: answer.statusCode, body: answer.json() as never, headers: answer.headers }
    },
  }
}
