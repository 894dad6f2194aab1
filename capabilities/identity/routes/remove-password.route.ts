import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { removePassword as remove } from '../account/own-password.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** DELETE /api/me/password: removes password, one-time codes and recovery codes, never the last way to sign in. */
export const removePassword = defineRoute((http, deps) => {
  http.delete(
    '/api/me/password',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'removePassword',
        response: { 204: z.null(), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await remove(doorwayOf(deps), selfOf(request))
      return reply.status(204).send(null)
    },
  )
})
