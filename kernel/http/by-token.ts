import type { Clock } from '../clock/clock.ts'
import type { Database } from '../db/database.ts'
import type { Caller, Principal } from './principal.ts'
import { findToken } from './tokens.ts'

/** Whoever carries a good bearer token (RFC 6750), or null. */
export async function byToken(database: Database, clock: Clock, { headers }: Caller): Promise<Principal | null> {
  const [scheme, token] = (headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined) return null
  const known = await findToken(database.stage('bf_desk'), token, clock.now())
  return known === null
    ? null
    : { kind: 'token', id: String(known.id), name: known.name, permissions: known.permissions }
}
