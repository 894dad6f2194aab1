import type { IncomingHttpHeaders } from 'node:http'
import type {} from 'fastify'
import type { Permission, TokenPermission } from './route.ts'

/** Who calls: a person with a session, or a machine with a token. */
export type Principal =
  | {
      readonly kind: 'token'
      readonly id: string
      readonly name: string
      readonly permissions: readonly TokenPermission[]
    }
  | {
      readonly kind: 'person'
      /** UUID of the account. */
      readonly id: string
      /** What evidence and decisions call this person: the login. */
      readonly name: string
      readonly roles: readonly string[]
      readonly session: string
      /** Has to come back in `x-bergfried-csrf` with every method that changes something. */
      readonly csrf: string
      /** False: signed in with a password alone; may enrol a second factor and nothing else. */
      readonly secondFactor: boolean
    }

/** What a caller sent to be recognised by. */
export interface Caller {
  readonly headers: IncomingHttpHeaders
  /** Address of the client, behind trusted proxies the one they tell. */
  readonly address: string
}

/**
 * Recognises callers and decides what they may. The kernel asks; who answers is composed above it, so that a test hands
 * in its own.
 */
export interface Gate {
  /** Who calls, or null: nobody known. Asks the store at every call, so an ended session is gone at once. */
  identify(caller: Caller): Promise<Principal | null>
  /** Whether the policies permit it. Never throws; what cannot be decided is refused. */
  allows(principal: Principal, permission: Permission): boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, as evidence and decisions name it. Empty on public routes. */
    caller: string
    /** Null on public routes. */
    principal: Principal | null
    /** Whether the caller may something else, too. Never on public routes. */
    may: (permission: Permission) => boolean
  }
}
