import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { LockWishBody } from '../contract.ts'
import { lock } from '../people/lock.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/locks: every grant of a person, or on a host, ends at once. */
export const lockAccess = defineRoute((http, deps) => {
  http.post(
    '/api/access/locks',
    {
      config: { permission: 'approve' },
      bodyLimit: BODY,
      schema: {
        operationId: 'lockAccess',
        body: LockWishBody,
        response: { 202: z.strictObject({ cases: z.array(z.uuid()) }), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { left, ...wish } = request.body
      const cases = await lock(deps, { ...wish, by: personOf(request), why: left ? 'left' : 'lock' })
      return reply.status(202).send({ cases: [...cases] })
    },
  )
})
