import { randomUUID } from 'node:crypto'
import { type RunningAccess, startAccess } from '../../capabilities/access/start-access.ts'
import { ed25519Key, formatPublicKey } from '../../engines/sshcert/public-key.ts'
import { nameOfKey } from '../../keeper/access/approver.ts'
import { certify } from '../../keeper/access/certify.ts'
import { hostOrders } from '../../keeper/access/host-orders.ts'
import { testDesk } from '../../keeper/access/testing/people.ts'
import { systemSeconds } from '../../keeper/system-clock.ts'
import type { AccessKeeper } from '../../kernel/act/access-desk.ts'
import type { Actor, Lease, Probe, Remainder } from '../../kernel/act/actor.ts'
import { type Clock, handClock, systemClock } from '../../kernel/clock/clock.ts'
import type { Entitlement } from '../../kernel/config/access-config.ts'
import type { Database } from '../../kernel/db/database.ts'
import { LiveFeed } from '../../kernel/http/live-feed.ts'
import type { Gate, Principal } from '../../kernel/http/principal.ts'
import type { RouteDeps } from '../../kernel/http/route.ts'
import { createHttp } from '../../kernel/http/server.ts'
import { testDatabase } from '../../kernel/testing/cluster.ts'
import { TEST_SIGN_IN } from '../../kernel/testing/http.ts'
import { translating } from '../keeper/translate.ts'
import { ROUTES } from '../routes.generated.ts'

/** A system that does what it is told, or says so and does not. */
export class MadeUpSystem implements Actor {
  readonly abilities = { canRevokeNow: true, maxResidualSeconds: 1, canKillSessions: true, canProve: true }
  readonly there = new Set<string>()
  /** Answers success and does nothing. */
  lies = false
  down = false
  attempts = 0

  async apply({ grant }: { readonly grant: string }): Promise<{ external: string }> {
    this.#reach()
    this.there.add(grant)
    return { external: `role-${grant.slice(0, 8)}` }
  }
  async revoke({ grant }: Lease): Promise<void> {
    this.attempts += 1
    this.#reach()
    if (!this.lies) this.there.delete(grant)
  }
  async look({ grant }: Lease): Promise<readonly Remainder[]> {
    this.#reach()
    return this.there.has(grant) ? [{ what: 'role', detail: 'still there' }] : []
  }
  async probe({ grant }: Lease): Promise<Probe> {
    return this.there.has(grant) ? 'let_in' : 'refused'
  }
  #reach(): void {
    if (this.down) throw new Error('down')
  }
}

export const entitlement = (name: string, more: Partial<Entitlement> = {}): Entitlement => ({
  name,
  title: { de: name, en: name },
  system: 'db-1',
  kind: 'application',
  level: 'use',
  account: null,
  groups: [],
  sudo: null,
  approvers: [],
  approvals: 1,
  longestSeconds: 36_000,
  extensions: [],
  source: [],
  ...more,
})

const ROLES: Readonly<Record<string, readonly string[]>> = {
  owner: ['policy', 'read', 'people', 'approve', 'change', 'admin', 'self'],
  approver: ['policy', 'read', 'people', 'approve', 'change', 'self'],
  member: ['policy', 'self'],
}

/**
 * A house in which access is at work, with the keeper's own desk in a folder of its own.
 *
 * @param opened - a database that somebody opened, for benchmarks: then the clock is that of the machine
 */
export async function accessHouse(
  entitlements: readonly Entitlement[],
  actors: ReadonlyMap<string, Actor>,
  opened: Database | null = null,
) {
  const real = opened !== null
  const db: Database = opened ?? (await testDatabase())
  const desk = await testDesk(real ? systemSeconds : undefined)
  const hand = handClock(new Date(desk.clock.at * 1000).toISOString())
  const clock: Clock = real ? systemClock : hand
  const advance = (seconds: number) => {
    hand.advance(seconds * 1000)
    desk.clock.at += seconds
  }
  const keeper: AccessKeeper = {
    status: async () => ({
      authority: formatPublicKey(ed25519Key(desk.desk.authority.publicKey)),
      orders: formatPublicKey(ed25519Key(desk.desk.orders.publicKey)),
      approvers: desk.desk.approvers.map((a) => ({ person: a.person, kind: a.kind, name: nameOfKey(a) })),
    }),
    enrol: (approver, approvals) => translating(() => desk.desk.enrol(approver, approvals)),
    removeApprover: async (person) => {
      await desk.desk.remove(person, null)
    },
    open: (text, approvals) => translating(() => desk.desk.grant(text, approvals)),
    end: async (grant) => {
      await desk.desk.end(grant)
    },
    certify: (grant, key) => translating(() => certify(desk.desk, grant, key)),
    hostOrders: (host) => translating(() => hostOrders(desk.desk, host)),
  }
  const problems: unknown[] = []
  const access: RunningAccess = startAccess({
    database: db,
    clock,
    keeper,
    config: { entitlements, serviceLevelSeconds: 600 },
    actors,
    addressOf: () => null,
    opens: null,
    onProblem: (_where, error) => problems.push(error),
    onMoved: () => undefined,
  })
  const deps = {
    database: db,
    clock,
    access,
    backups: null,
    blocking: null,
    network: null,
    detection: null,
    firewall: null,
    keys: null,
    live: new LiveFeed(),
    signIn: TEST_SIGN_IN,
    systems: [],
    evidence: null,
    demo: false,
    securityTxt: null,
    front: async () => null,
    checks: new Map(),
    policy: { chapters: [], frameworks: [], roles: [], controls: [] },
    collectNow: () => undefined,
    changed: () => undefined,
  } satisfies RouteDeps
  const people = new Map<string, Principal & { kind: 'person' }>()
  const gate: Gate = {
    identify: async ({ headers }) => people.get(String(headers['x-person'])) ?? null,
    allows: (principal, permission) =>
      principal.kind === 'person' && principal.roles.some((role) => ROLES[role]?.includes(permission)),
  }
  const http = await createHttp({
    routes: ROUTES,
    deps,
    gate,
    version: '0',
    lang: 'en',
    onDefect: (_where, error) => problems.push(error),
  })
  return {
    db,
    desk,
    deps,
    clock,
    access,
    problems,
    advance,
    /** Somebody with an account. */
    person: async (login: string, role: 'owner' | 'approver' | 'member') => {
      const id = randomUUID()
      await db.stage('bf_identity').query(
        `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
           values ($1, $2, $2, 'en', array[$3], $4, $4)`,
        [id, login, role, clock.now()],
      )
      people.set(login, { kind: 'person', id, name: login, roles: [role], session: 's', csrf: 'c', secondFactor: true })
      return login
    },
    call: async (
      person: string | null,
      method: 'GET' | 'POST' | 'DELETE',
      url: string,
      body?: object,
      more: Readonly<Record<string, string>> = {},
    ) => {
      const answer = await http.inject({
        method,
        url,
        headers: { 'x-bergfried-csrf': 'c', ...(person === null ? {} : { 'x-person': person }), ...more },
        ...(body === undefined ? {} : { payload: body }),
      })
      return {
        status: answer.statusCode,
        body: (answer.body === '' ? null : answer.json()) as never,
        headers: answer.headers,
      }
    },
    /** @returns its address */
    listen: () => http.listen({ host: '127.0.0.1', port: 0 }),
    close: async () => {
      await access.stop()
      await http.close()
      await db.close()
      await desk.close()
    },
  }
}
