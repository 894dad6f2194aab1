import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { removeOwnPasskey } from '../account/own-passkeys.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** DELETE /api/me/passkeys/:id: removes an own passkey, never the last way to sign in. */
export const removePasskey = defineRoute((http, deps) => {
  http.delete(
    '/api/me/passkeys/:id',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'removePasskey',
        params: z.strictObject({ id: z.uuid() }),
        response: { 204: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeOwnPasskey(doorwayOf(deps), selfOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
})
