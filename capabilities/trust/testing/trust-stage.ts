import { NO_COUNTS, type State } from '../../../kernel/check/roll-up.ts'
import { statementBodies } from '../../../kernel/check/statement.ts'
import type { ControlVerdict } from '../../../kernel/check/verdicts.ts'
import { handClock } from '../../../kernel/clock/clock.ts'
import { LiveFeed } from '../../../kernel/http/live-feed.ts'
import type { Http, RouteDeps } from '../../../kernel/http/route.ts'
import { createHttp } from '../../../kernel/http/server.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import type { EvidenceLog } from '../../../kernel/ledger/evidence-log.ts'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'
import { loadPolicy } from '../../../kernel/policy/load-policy.ts'
import type { Policy } from '../../../kernel/policy/policy-schema.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { TEST_SIGN_IN } from '../../../kernel/testing/http.ts'
import { tokenGate } from '../../../kernel/testing/token-gate.ts'
import { newWitness, TestLog } from '../../../verifier/testing/test-log.ts'
import { getSecurityTxt } from '../routes/get-security-txt.route.ts'
import { getTrust } from '../routes/get-trust.route.ts'
import { getTrustAsset } from '../routes/get-trust-asset.route.ts'
import { getTrustFeed } from '../routes/get-trust-feed.route.ts'
import { getTrustJson } from '../routes/get-trust-json.route.ts'
import { serveLog } from './serve-log.ts'

export const START = '2026-11-01T12:00:00.000Z'

/** Promises in every state, most of them held. */
const STATES: readonly State[] = [
  'ok',
  'ok',
  'alarm',
  'ok',
  'stale',
  'ok',
  'attested',
  'ok',
  'excepted',
  'unmeasured',
  'error',
]

/** What a dishonest server could change: everything is read anew for each request. */
export interface TrustStage {
  readonly db: TestDatabase
  readonly clock: ReturnType<typeof handClock>
  readonly http: Http
  readonly deps: { policy: Policy; evidence: EvidenceLog | null }
  readonly defects: unknown[]
  log: TestLog
  /** Entries of which the log holds a commitment alone. */
  others(n: number): Promise<void>
  /** What the judge says of every public promise; the n-th state for the n-th promise. */
  state(states?: readonly State[]): Promise<void>
  /** Seals what the database has and the log has not, at most so many entries, and publishes. */
  seal(most?: number): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  readonly witnesses?: number
  readonly policy?: (policy: Policy) => Policy
  /** The first instant; a browser has a clock of its own, which ours must agree with. */
  readonly now?: Date
}

export async function trustStage(options: StageOptions = {}): Promise<TrustStage> {
  const db = await testDatabase()
  const clock = handClock(options.now?.toISOString() ?? START)
  const shipped = await loadPolicy(['policy'], { knownChecks: { has: () => true } as never })
  const policy = options.policy?.(shipped) ?? shipped
  const witnesses = Array.from({ length: options.witnesses ?? 2 }, (_, i) => newWitness(`witness-${i + 1}.example.org`))
  const defects: unknown[] = []
  const deps: RouteDeps & TrustStage['deps'] = {
    database: db,
    clock,
    policy,
    checks: new Map(),
    systems: [],
    evidence: null,
    collectNow: () => undefined,
    changed: () => undefined,
    live: new LiveFeed(),
    signIn: TEST_SIGN_IN,
    demo: false,
    access: null,
    backups: null,
    blocking: null,
    network: null,
    detection: null,
    firewall: null,
    keys: null,
    securityTxt: {
      contact: ['mailto:security@example.com'],
      policy: null,
      encryption: null,
      acknowledgments: null,
      hiring: null,
    },
    front: async () => null,
  }
  let last = 0
  const stage: TrustStage = {
    db,
    clock,
    deps,
    defects,
    log: new TestLog({ witnesses }),
    http: await createHttp({
      routes: [getTrust, getTrustJson, getTrustAsset, getTrustFeed, getSecurityTxt, serveLog(() => stage.log)],
      deps,
      gate: tokenGate(db, clock),
      version: '0',
      lang: 'en',
      onDefect: (_where, error) => defects.push(error),
    }),
    others: (n) =>
      db.stage('bf_judge').transaction(async (tx) => {
        for (let i = 0; i < n; i++) await appendEntry(tx, clock.now(), 'verdicts', { n: i })
      }),
    state: (states = STATES) =>
      db.stage('bf_judge').transaction(async (tx) => {
        const at = clock.now()
        const verdicts = deps.policy.controls
          .filter((c) => c.public)
          .map((control, i) => verdict(control, states[i % states.length] ?? 'ok', i, at))
        const since = new Map(verdicts.map((v, i) => [v.control.id, new Date(at.getTime() - (i + 1) * 86_400_000)]))
        for (const body of statementBodies(deps.policy, verdicts, since, at))
          await appendEntry(tx, at, 'statement', body)
      }),
    seal: async (most = 100_000) => {
      const rows = await db
        .stage('bf_seal')
        .query<StoredEntry>(
          'select at, kind, body, salt, leaf from evidence.entry where position >= $1 order by position limit $2',
          [stage.log.size, most],
        )
      await stage.log.seal(
        rows.map((row) => new TextDecoder().decode(leafOf(row))),
        clock.now(),
      )
      last = stage.log.size
    },
    close: async () => {
      await stage.http.close()
      await db.close()
    },
  }
  deps.evidence = {
    get identity() {
      return stage.log.identity
    },
    read: (path) => stage.log.read(path),
    proofOf: (position) => stage.log.proofOf(position),
    status: async () => ({ sealed: last, pending: last, publishedAt: clock.now(), problem: null, refused: [] }),
  }
  return stage
}

function verdict(control: Policy['controls'][number], state: State, i: number, at: Date): ControlVerdict {
  const measured = state !== 'unmeasured' && state !== 'attested'
  return {
    control,
    state,
    counts: NO_COUNTS,
    population: measured ? (i * 37 + 3) % 1500 : 0,
    measuredAt: measured ? new Date(at.getTime() - ((i * 71) % 900) * 1000) : null,
    checks: [],
    attestations: [],
  }
}
