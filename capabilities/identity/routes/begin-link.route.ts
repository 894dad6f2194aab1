import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'
import { beginWay } from '../oidc/begin-way.ts'
import { wayCookieWith, wayOf } from '../sessions/cookies.ts'
import { requireFresh } from '../sessions/session-store.ts'

/** POST /api/me/linked/:provider: begins to connect the own account with a provider; the answer says where to go. */
export const beginLinking = defineRoute((http, deps) => {
  http.post(
    '/api/me/linked/:provider',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'beginLinking',
        params: z.strictObject({ provider: z.string().max(40) }),
        response: { 200: z.strictObject({ url: z.url() }), 404: Problem, 502: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const [door, { id: person, session }] = [doorwayOf(deps), selfOf(request)]
      await requireFresh(door.stage, session, door.now)
      const cookie = wayOf(door.signIn.url, request.headers.cookie)
      const from = { address: request.ip, cookie, linking: { person, session } }
      const { url, browser } = await beginWay(door, request.params.provider, from)
      reply.header('set-cookie', wayCookieWith(door.signIn.url, browser))
      return { url }
    },
  )
})
