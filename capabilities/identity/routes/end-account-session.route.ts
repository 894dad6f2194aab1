import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { endSessions } from '../accounts/change-account.ts'
import { changingOf } from '../accounts/changing-of.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** DELETE /api/accounts/:id/sessions/:session: ends one session of somebody. */
export const endAccountSession = defineRoute((http, deps) => {
  http.delete(
    '/api/accounts/:id/sessions/:session',
    {
      config: { permission: 'admin' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'endAccountSession',
        params: z.strictObject({ id: z.uuid(), session: z.uuid() }),
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      await endSessions(door.stage, request.params.id, request.params.session, changingOf(door, request))
      return reply.status(204).send(null)
    },
  )
})
