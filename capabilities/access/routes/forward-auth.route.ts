import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { mayEnter } from '../applications/may-enter.ts'
import { personOf } from './caller.ts'

/**
 * GET /api/forward-auth/:application: what a proxy asks before it lets a request through (nginx `auth_request`, Caddy `forward_auth`, Traefik
 * ForwardAuth). 204 with the person in `x-bergfried-person`; 401 where nobody is signed in with a second factor; 403 without a
 * live grant.
 */
export const forwardAuth = defineRoute((http, { database, clock }) => {
  http.get(
    '/api/forward-auth/:application',
    {
      config: { permission: 'self' },
      schema: {
        operationId: 'forwardAuth',
        params: z.strictObject({ application: z.string().max(63) }),
        response: { 204: z.null(), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      if (request.principal?.kind === 'person' && !request.principal.secondFactor)
        throw new BergfriedError('http.second_factor')
      const { application } = request.params
      const entered = await mayEnter(database.stage('bf_access'), clock.now(), { person, application })
      if (!entered) throw new BergfriedError('access.no_grant', { application })
      return reply.header('x-bergfried-person', person).header('cache-control', 'no-store').status(204).send(null)
    },
  )
})
