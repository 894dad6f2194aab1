import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Actor, Probe } from '../../kernel/act/actor.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { type ActingOptions, acting, clientConfig, quoted } from './leases/acting-client.ts'
import { findRole } from './leases/find-role.ts'
import { lookAt } from './leases/look.ts'
import { externalOf, GROUPS, MARKER, roleOf } from './leases/names.ts'
import { databases, emptyDatabase, endSessions, rollBackPrepared, shutOut } from './leases/take-away.ts'

const VERIFIER = /^SCRAM-SHA-256\$[1-9][0-9]{3,5}:[A-Za-z0-9+/=]{16,64}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/
const MOST_CONNECTIONS = 10

/**
 * Gives people roles of their own on a PostgreSQL cluster, for as long as a grant lasts, and takes them away: by OID, with every session
 * and everything they own. The role stays as a tombstone that may nothing. `bergfried postgres prepare` makes what it needs.
 */
export function postgresActor(options: ActingOptions): Actor {
  /** Passwords that nobody else ever had, for trying whether a shut-out role is let in. */
  const tries = new Map<string, string>()
  return {
    abilities: { canRevokeNow: true, maxResidualSeconds: 2, canKillSessions: true, canProve: true },
    apply: async (order, signal) => {
      const group = GROUPS[order.level]
      if (group === undefined || order.credential === null || !VERIFIER.test(order.credential)) {
        throw new BergfriedError('access.credential', { what: 'SCRAM-SHA-256' })
      }
      const { credential } = order
      return acting(options, undefined, async (client) => {
        signal.throwIfAborted()
        const role = roleOf(order)
        const name = quoted(role)
        const until = order.until.toISOString()
        await client.query('begin')
        const known = await findRole(client, { ...order, external: '' })
        if (known === null) await client.query(`create role ${name} nologin`)
        if (known === null) await client.query(`grant ${quoted(MARKER)} to ${name}`)
        await client.query(
          `alter role ${name} login connection limit ${MOST_CONNECTIONS}
             valid until '${until}' password '${credential}'`,
        )
        await client.query(`grant ${quoted(group)} to ${name}`)
        await client.query('commit')
        const [row] = await client.query<{ oid: string }>('select oid::text from pg_roles where rolname = $1', [role])
        return { external: externalOf(Number(row?.oid), role) }
      })
    },
    revoke: async (lease, signal) => {
      await acting(options, undefined, async (client) => {
        const role = await findRole(client, lease)
        if (role === null) return
        const password = randomBytes(24).toString('base64url')
        await client.query('begin')
        await shutOut(client, role, password)
        await client.query('commit')
        tries.set(lease.grant, password)
        await endSessions(client, role.oid, signal)
        await rollBackPrepared(options, client, role)
        for (const database of await databases(client)) await emptyDatabase(options, database, role)
        await endSessions(client, role.oid, signal)
      })
    },
    look: (lease) =>
      acting(options, undefined, async (client) => {
        const role = await findRole(client, lease)
        return role === null ? [] : lookAt(client, role)
      }),
    probe: async (lease) => {
      const password = tries.get(lease.grant)
      const role = await acting(options, undefined, (client) => findRole(client, lease))
      if (role === null) return 'refused'
      if (password === undefined) return 'cannot'
      const result = await attempt(options, role.name, password)
      if (result === 'refused') {
        await acting(options, undefined, (client) =>
          client.query(`alter role ${quoted(role.name)} password null valid until '-infinity'`),
        )
        tries.delete(lease.grant)
      }
      return result
    },
  }
}

/** invalid_authorization_specification: the password was right, and the role may not sign in. */
const MAY_NOT_SIGN_IN = '28000'
/** insufficient_privilege: signed in, and stopped by the rights of this one database alone. */
const NO_DATABASE = '42501'

/** Signs in for real, over the address that people use. */
async function attempt(options: ActingOptions, user: string, password: string): Promise<Probe> {
  const client = new pg.Client({ ...(await clientConfig(options)), user, password })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return 'let_in'
  } catch (error) {
    const { code } = error as { code?: string }
    return code === MAY_NOT_SIGN_IN ? 'refused' : code === NO_DATABASE ? 'let_in' : 'cannot'
  } finally {
    await client.end().catch(() => undefined)
  }
}
