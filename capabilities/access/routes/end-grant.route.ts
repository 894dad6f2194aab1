import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { endGrantByHand } from '../grant/end-by-hand.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/grants/:id/end: one's own, or anybody's for whoever may approve. */
export const endGrant = defineRoute((http, deps) => {
  http.post(
    '/api/access/grants/:id/end',
    {
      config: { permission: 'self' },
      bodyLimit: BODY,
      schema: {
        operationId: 'endGrant',
        params: z.strictObject({ id: z.uuid() }),
        response: { 202: z.strictObject({ case: z.uuid() }), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = await endGrantByHand(deps, request.params.id, personOf(request), !request.may('approve'))
      return reply.status(202).send({ case: id })
    },
  )
})
