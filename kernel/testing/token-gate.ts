import type { Clock } from '../clock/clock.ts'
import type { Database } from '../db/database.ts'
import { byToken } from '../http/by-token.ts'
import type { Gate } from '../http/principal.ts'

/** Knows machines alone, by their tokens; a token may what it carries. */
export const tokenGate = (database: Database, clock: Clock): Gate => ({
  identify: (caller) => byToken(database, clock, caller),
  allows: (principal, permission) =>
    principal.kind === 'token' && permission !== 'self' && principal.permissions.includes(permission),
})
