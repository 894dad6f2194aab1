import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { renameOwnPasskey } from '../account/own-passkeys.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { PasskeyLabel } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** PUT /api/me/passkeys/:id: what the own passkey is called. */
export const renamePasskey = defineRoute((http, deps) => {
  http.put(
    '/api/me/passkeys/:id',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'renamePasskey',
        params: z.strictObject({ id: z.uuid() }),
        body: PasskeyLabel,
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await renameOwnPasskey(doorwayOf(deps), selfOf(request), request.params.id, request.body.label)
      return reply.status(204).send(null)
    },
  )
})
