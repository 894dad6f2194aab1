import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { addOwnPasskey } from '../account/own-passkeys.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { NewPasskey } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/me/passkeys: another passkey. */
export const addPasskey = defineRoute((http, deps) => {
  http.post(
    '/api/me/passkeys',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'addPasskey',
        body: NewPasskey,
        response: { 201: z.strictObject({ id: z.uuid() }), 409: Problem, 422: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = await addOwnPasskey(doorwayOf(deps), selfOf(request), request.body)
      return reply.status(201).send({ id })
    },
  )
})
