import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { endOwnSession } from '../account/own-account.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'
import { noSessionCookie } from '../sessions/cookies.ts'

/** POST /api/sign-out: ends this session. */
export const signOut = defineRoute((http, deps) => {
  http.post(
    '/api/sign-out',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'signOut',
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const self = selfOf(request)
      await endOwnSession(doorwayOf(deps), self, self.session)
      return reply.header('set-cookie', noSessionCookie(deps.signIn.url)).status(204).send(null)
    },
  )
})
