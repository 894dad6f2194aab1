import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { endOwnSession } from '../account/own-account.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** DELETE /api/me/sessions/:id: ends one of the own sessions. */
export const endSession = defineRoute((http, deps) => {
  http.delete(
    '/api/me/sessions/:id',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'endSession',
        params: z.strictObject({ id: z.uuid() }),
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await endOwnSession(doorwayOf(deps), selfOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
})
