import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { tellWait } from '../attempts/tell-wait.ts'
import { LOGO_BODY } from '../body-limit.ts'
import { Completed, Completion } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { completeLink } from '../links/complete-link.ts'
import { giveCookie } from '../sessions/signed-in.ts'

/** POST /api/setup/complete: makes the account of a link with a first way to sign in, uses the link up, signs in. Public. */
export const completeSetup = defineRoute((http, deps) => {
  http.post(
    '/api/setup/complete',
    {
      config: { permission: 'public' },
      onError: tellWait,
      bodyLimit: LOGO_BODY,
      schema: {
        operationId: 'completeSetup',
        security: [],
        body: Completion,
        response: { 200: Completed, 404: Problem, 409: Problem, 422: Problem, 429: Problem, 503: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const { recoveryCodes, ...begun } = await completeLink(door, request, request.body)
      return { session: giveCookie(door, reply, begun), recoveryCodes }
    },
  )
})
