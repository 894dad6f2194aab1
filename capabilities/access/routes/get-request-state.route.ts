import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { REQUEST_STATES } from '../contract.ts'
import { readGrants, readRequests } from '../views.ts'

/**
 * GET /api/access/requests/:id/state: how a request stands, for whoever knows its number, which only its people do. So that a
 * command can wait without signing again each second.
 */
export const getRequestState = defineRoute((http, { database, clock }) => {
  http.get(
    '/api/access/requests/:id/state',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getRequestState',
        params: z.strictObject({ id: z.uuid() }),
        response: {
          200: z.strictObject({
            state: z.enum(REQUEST_STATES),
            ready: z.boolean().describe('Whether what was granted is there.'),
            over: z.boolean(),
            gone: z.boolean().describe('Whether it is proven gone.'),
          }),
          404: Problem,
        },
      },
    },
    async ({ params }, reply) => {
      const pool = database.stage('bf_access')
      const [request] = await readRequests(pool, clock.now(), 'one', params.id)
      if (request === undefined) throw new BergfriedError('http.not_found', { what: 'request' })
      const [grant] = await readGrants(pool, { person: null, id: params.id, which: 'all' })
      reply.header('cache-control', 'no-store')
      return {
        state: request.state,
        ready: grant !== undefined && grant.appliedAt !== null && grant.endedAt === null,
        over: grant !== undefined && grant.endedAt !== null,
        gone: grant?.step?.state === 'verified-gone',
      }
    },
  )
})
