import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { withdraw } from '../request/ask.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/requests/:id/withdraw: takes an own request back. */
export const withdrawRequest = defineRoute((http, deps) => {
  http.post(
    '/api/access/requests/:id/withdraw',
    {
      config: { permission: 'self' },
      bodyLimit: BODY,
      schema: {
        operationId: 'withdrawRequest',
        params: z.strictObject({ id: z.uuid() }),
        response: { 204: z.null(), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await withdraw(deps, request.params.id, personOf(request))
      return reply.status(204).send(null)
    },
  )
})
