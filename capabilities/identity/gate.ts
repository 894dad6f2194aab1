import type { Clock } from '../../kernel/clock/clock.ts'
import type { Database } from '../../kernel/db/database.ts'
import { byToken } from '../../kernel/http/by-token.ts'
import type { Caller, Gate, Principal } from '../../kernel/http/principal.ts'
import { type SignIn, sessionCookie } from '../../kernel/http/sign-in.ts'
import { loadPolicies, permits } from './authorisation/authoriser.ts'
import { cookieValue } from './sessions/cookies.ts'
import { csrfOf, findSession } from './sessions/session-store.ts'

/** What the gate works with. */
export interface GateDeps {
  readonly database: Database
  readonly clock: Clock
  readonly signIn: SignIn
}

/**
 * Knows machines by their tokens and people by their sessions, and asks the policies what they may. A request with a token
 * is judged by the token alone, whatever else it carries.
 */
export async function openGate({ database, clock, signIn }: GateDeps): Promise<Gate> {
  loadPolicies()
  return {
    identify: (caller) =>
      caller.headers.authorization === undefined
        ? bySession(database, clock, signIn, caller)
        : byToken(database, clock, caller),
    allows: (principal, permission) => permits(principal, permission),
  }
}

async function bySession(database: Database, clock: Clock, signIn: SignIn, caller: Caller): Promise<Principal | null> {
  const token = cookieValue(caller.headers.cookie, sessionCookie(signIn.url))
  const session = await findSession(database.stage('bf_identity'), token, clock.now())
  if (session === null || token === null) return null
  const { person } = session
  return {
    kind: 'person',
    id: person.id,
    name: person.login,
    roles: person.roles,
    session: session.id,
    csrf: csrfOf(signIn.key, token),
    // No way in leaves it out: a password signs in with a code alone, a passkey and a provider ask for more themselves.
    secondFactor: true,
  }
}
