import { randomBytes } from 'node:crypto'
import type { Actor, Lease, Probe, Remainder } from '../../../kernel/act/actor.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { scramVerifier } from '../../../kernel/scram/scram.ts'
import { type Attempt, attempter } from './attempt.ts'
import { type ActingClient, type ActingOptions, type Connect, connector } from './connect.ts'
import {
  COULD_OWN,
  closeRoutinesOfGroups,
  databasesHolding,
  databasesWithRoutinesOf,
  emptyDatabase,
} from './empty-database.ts'
import { endSessions, terminate } from './end-sessions.ts'
import { type FoundRole, findRole } from './find-role.ts'
import { give, make } from './give.ts'
import { lookAt, sessionsOf } from './look.ts'
import { MARKER, oidOf, roleOf } from './names.ts'
import { rollBackPrepared } from './prepared.ts'
import { shutOutByForce } from './shut-out.ts'
import { quoted, verifierLiteral } from './statements.ts'
import { dropSubscriptions } from './subscriptions.ts'

/** Nothing could be tried. */
const AWAY: ReadonlySet<string> = new Set(['collect.unreachable', 'collect.timeout'])

/** What the actor works with; tests put failures between. */
export interface PostgresTools {
  readonly system: string
  readonly connect: Connect
  readonly attempt: Attempt
  /** Told, per database, of what a leaver left that runs or decides on others' behalf, before it changes hands. */
  readonly onLeftBehind?: (grant: string, database: string, found: readonly Remainder[]) => void
}

/**
 * Gives people roles of their own on a PostgreSQL cluster (15 or later) for as long as a grant lasts, and takes them
 * away by OID: sign-in, memberships, sessions, what was prepared, and everything they own in any database. The role
 * stays as a tombstone that may nothing, so that neither its name nor its number is ever somebody else's.
 */
export const postgresActor = (options: ActingOptions & Pick<PostgresTools, 'onLeftBehind'>): Actor =>
  postgresActorOver({
    system: options.system,
    connect: connector(options),
    attempt: attempter(options),
    ...(options.onLeftBehind === undefined ? {} : { onLeftBehind: options.onLeftBehind }),
  })

export function postgresActorOver(tools: PostgresTools): Actor {
  const { system, connect, attempt } = tools
  return {
    abilities: { canRevokeNow: true, maxResidualSeconds: 2, canKillSessions: true, canProve: true },
    apply: (order, signal) =>
      connect(null, signal, async (client) => ({ external: await give(client, system, order) })),
    revoke: (lease, signal) =>
      connect(null, signal, async (home) => {
        const role = await findRole(home, lease)
        if (role === null) await withoutRole(tools, home, lease, signal)
        else await takeAway(tools, home, role, lease, signal)
      }),
    look: (lease, signal) =>
      connect(null, signal, async (home) => {
        const role = await findRole(home, lease)
        if (role !== null) return lookAt(connect, home, role, signal)
        const oid = oidOf(lease)
        return oid === null ? [] : sessionsOf(home, oid)
      }),
    probe: (lease, signal) =>
      connect(null, signal, async (home) => {
        const role = await findRole(home, lease)
        const password = randomBytes(24).toString('base64url')
        if (role === null) {
          // Of names that do not exist, the server says what it says of wrong passwords.
          const { probe, code } = await attempt(lease.external.split('/')[1] ?? roleOf(lease), password)
          return probe === 'cannot' && code === '28P01' ? 'refused' : probe
        }
        // Its password is still its person's: trying would take it from them.
        if (!role.ended) return 'cannot'
        return probeEnded(home, attempt, role, password)
      }).catch((error: unknown) => {
        if (error instanceof BergfriedError && AWAY.has(error.code)) return 'cannot'
        throw error
      }),
  }
}

/** Each step by itself, whatever became of the others; the first thing that went wrong is thrown at the end. */
async function takeAway(
  { system, connect, onLeftBehind }: PostgresTools,
  home: ActingClient,
  role: FoundRole,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const problems: unknown[] = []
  const step = async (work: () => Promise<unknown>) => {
    signal.throwIfAborted()
    await work().catch((error: unknown) => void problems.push(error))
  }
  await shutOutByForce(home, role, lease.grant, problems, async () => {
    signal.throwIfAborted()
    // What it prepared first: after that, whoever is ended gives the row free at once. What fails here is tried again below.
    await rollBackPrepared(connect, home, role, signal).catch(() => undefined)
    await terminate(home, role.oid)
  })
  await step(() => dropSubscriptions(connect, home, role, signal))
  await step(() => endSessions(home, system, role.oid, signal))
  await step(() => rollBackPrepared(connect, home, role, signal))
  await step(async () => {
    for (const database of await databasesHolding(home, role)) {
      await step(async () => {
        const found = await connect(database, signal, (client) => emptyDatabase(client, role, problems))
        onLeftBehind?.(lease.grant, database, found)
      })
    }
  })
  await step(async () => {
    for (const database of await databasesWithRoutinesOf(home, COULD_OWN)) {
      await step(() => connect(database, signal, closeRoutinesOfGroups))
    }
  })
  signal.throwIfAborted()
  if (problems.length > 0) throw problems[0]
}

/**
 * Somebody dropped the role, or it was never made. In the first case sessions may go on; in the second somebody may be
 * about to make it, and finds a tombstone.
 */
async function withoutRole(
  { system }: PostgresTools,
  home: ActingClient,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const oid = oidOf(lease)
  if (oid !== null) return endSessions(home, system, oid, signal)
  const prepared = await home.query('select from pg_roles where rolname = $1', [MARKER])
  if (prepared.length === 0) return
  await home.query('begin')
  await make(home, quoted(roleOf(lease)), lease.grant, true)
  await home.query('commit')
}

/**
 * Tries to sign in with a password that nobody else ever had. One that has expired would be refused for that alone, so
 * for the attempt it has not.
 */
async function probeEnded(home: ActingClient, attempt: Attempt, role: FoundRole, password: string): Promise<Probe> {
  const name = quoted(role.name)
  await home.query(`alter role ${name} valid until 'infinity' password ${verifierLiteral(scramVerifier(password))}`)
  try {
    return (await attempt(role.name, password)).probe
  } finally {
    await home.query(`alter role ${name} valid until '-infinity' password null`)
  }
}
