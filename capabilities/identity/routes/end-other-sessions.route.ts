import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { endOtherSessions as end } from '../account/own-account.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** DELETE /api/me/sessions: ends all of the own sessions but this one. */
export const endOtherSessions = defineRoute((http, deps) => {
  http.delete(
    '/api/me/sessions',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'endOtherSessions',
        response: { 204: z.null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await end(doorwayOf(deps), selfOf(request))
      return reply.status(204).send(null)
    },
  )
})
