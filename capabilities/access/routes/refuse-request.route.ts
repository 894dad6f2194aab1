import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { Refuse } from '../contract.ts'
import { refuse } from '../request/review.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/requests/:id/refuse: for good. */
export const refuseRequest = defineRoute((http, deps) => {
  http.post(
    '/api/access/requests/:id/refuse',
    {
      config: { permission: 'approve' },
      bodyLimit: BODY,
      schema: {
        operationId: 'refuseRequest',
        params: z.strictObject({ id: z.uuid() }),
        body: Refuse,
        response: { 204: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await refuse(deps, request.params.id, personOf(request), request.body.note)
      return reply.status(204).send(null)
    },
  )
})
