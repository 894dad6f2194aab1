import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { setProfile } from '../account/own-account.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { OwnProfile } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** PUT /api/me: the own name and language. */
export const putProfile = defineRoute((http, deps) => {
  http.put(
    '/api/me',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'putProfile',
        body: OwnProfile,
        response: { 204: z.null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await setProfile(doorwayOf(deps), selfOf(request), request.body)
      return reply.status(204).send(null)
    },
  )
})
