import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { doorwayOf } from '../doorway.ts'
import { endWay } from '../oidc/end-way.ts'
import { finishWay } from '../oidc/finish-way.ts'
import { problemAddress } from '../oidc/problem-address.ts'
import { noWayCookie, sessionCookieWith, wayOf } from '../sessions/cookies.ts'
import { removeEnded, SESSION_S } from '../sessions/session-store.ts'

/** GET /api/sign-in/oidc/:provider/callback: where a provider sends the browser back to. Leads to the console, signed in or with a problem. Public. */
export const endOidcSignIn = defineRoute((http, deps) => {
  http.get(
    '/api/sign-in/oidc/:provider/callback',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'endOidcSignIn',
        security: [],
        params: z.strictObject({ provider: z.string().max(40) }),
        querystring: z.record(
          z.string().max(100),
          z.union([z.string().max(4000), z.array(z.string().max(4000)).max(4)]),
        ),
        response: { 302: z.null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const { url: own } = door.signIn
      const { provider } = request.params
      let page = '/sign-in'
      try {
        const search = new URL(request.url, own).search
        const ended = await endWay(door, provider, { search, cookie: wayOf(own, request.headers.cookie) })
        if (ended.linking !== null) page = '/account'
        const { token, to } = await finishWay(door, request, ended)
        await removeEnded(door.stage, door.now)
        const given = token === null ? [] : [sessionCookieWith(own, token, SESSION_S)]
        return reply.header('set-cookie', [...given, noWayCookie(own)]).redirect(to)
      } catch (error) {
        return reply.header('set-cookie', noWayCookie(own)).redirect(problemAddress(page, error))
      }
    },
  )
})
