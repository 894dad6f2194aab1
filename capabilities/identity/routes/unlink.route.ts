import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { unlink } from '../account/own-account.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** DELETE /api/me/linked/:id: takes the connection with a provider away, never the last way to sign in. */
export const removeLinked = defineRoute((http, deps) => {
  http.delete(
    '/api/me/linked/:id',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'removeLinked',
        params: z.strictObject({ id: z.uuid() }),
        response: { 204: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await unlink(doorwayOf(deps), selfOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
})
