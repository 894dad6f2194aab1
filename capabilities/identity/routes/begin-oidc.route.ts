import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { doorwayOf } from '../doorway.ts'
import { beginWay } from '../oidc/begin-way.ts'
import { problemAddress } from '../oidc/problem-address.ts'
import { wayCookieWith, wayOf } from '../sessions/cookies.ts'

/** GET /api/sign-in/oidc/:provider: leads the browser to a provider. A failure leads back to the sign-in page. Public. */
export const beginOidcSignIn = defineRoute((http, deps) => {
  http.get(
    '/api/sign-in/oidc/:provider',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'beginOidcSignIn',
        security: [],
        params: z.strictObject({ provider: z.string().max(40) }),
        response: { 302: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const { url: own } = door.signIn
      const { provider } = request.params
      const from = { address: request.ip, cookie: wayOf(own, request.headers.cookie), linking: null }
      try {
        const { url, browser } = await beginWay(door, provider, from)
        return reply.header('set-cookie', wayCookieWith(own, browser)).redirect(url)
      } catch (error) {
        return reply.redirect(problemAddress('/sign-in', error))
      }
    },
  )
})
