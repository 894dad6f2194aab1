import { BergfriedError } from '../../../kernel/errors.ts'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SessionView } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { findSession } from '../sessions/session-store.ts'
import { sessionView, tokenOf } from '../sessions/signed-in.ts'

/** GET /api/session: who is signed in, and what that person may do. */
export const getSession = defineRoute((http, deps) => {
  http.get(
    '/api/session',
    {
      config: { permission: 'self' },
      schema: {
        operationId: 'getSession',
        response: { 200: SessionView, ...REFUSALS },
      },
    },
    async (request) => {
      const door = doorwayOf(deps)
      const token = tokenOf(door, request)
      const session = await findSession(door.stage, token, door.now)
      if (session === null || token === null) throw new BergfriedError('http.unauthenticated')
      return sessionView(door, session, token)
    },
  )
})
