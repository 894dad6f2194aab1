import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { LiftLock } from '../contract.ts'
import { unlock } from '../people/lock.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/locks/lift: lifts a lock; what has ended stays ended. */
export const liftLock = defineRoute((http, deps) => {
  http.post(
    '/api/access/locks/lift',
    {
      config: { permission: 'approve' },
      bodyLimit: BODY,
      schema: {
        operationId: 'liftLock',
        body: LiftLock,
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await unlock(deps, { ...request.body, by: personOf(request) })
      return reply.status(204).send(null)
    },
  )
})
