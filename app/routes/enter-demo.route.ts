import * as z from 'zod'
import { ROLES } from '../../capabilities/identity/contract.ts'
import { sessionCookieWith } from '../../capabilities/identity/sessions/cookies.ts'
import { beginSession, SESSION_S } from '../../capabilities/identity/sessions/session-store.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { Problem } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { demoPerson, isDemoToken } from '../demo/walk-in.ts'

/** GET /demo/:token: into a demonstration, as its owner or as somebody with another role. Not there in real houses. */
export const enterDemo = defineRoute((http, deps) => {
  http.get(
    '/demo/:token',
    {
      config: { permission: 'public' },
      schema: {
        hide: true,
        security: [],
        params: z.strictObject({ token: z.string().max(64) }),
        querystring: z.strictObject({ as: z.enum(ROLES).default('owner') }),
        response: { 303: z.null(), 404: Problem },
      },
    },
    async (request, reply) => {
      const missing = () => new BergfriedError('http.not_found', { what: '/demo' })
      if (!deps.demo || !isDemoToken(deps.signIn, request.params.token)) throw missing()
      const stage = deps.database.stage('bf_identity')
      const person = await demoPerson(stage, request.query.as)
      if (person === null) throw missing()
      const visitor = { device: 'demo', address: request.ip }
      const begun = await stage.transaction((tx) => beginSession(tx, deps.clock.now(), person, 'setup', visitor))
      if (begun === null) throw missing()
      const cookie = sessionCookieWith(deps.signIn.url, begun.token, SESSION_S)
      return reply.header('set-cookie', cookie).redirect('/', 303)
    },
  )
})
