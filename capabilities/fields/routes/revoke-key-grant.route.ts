import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { revokeGrant } from '../keys/keys.ts'
import { personWhoCalls } from './caller.ts'

/** POST /api/key-orders/:id/revoke: ends a grant at once. */
export const revokeKeyGrant = defineRoute((http, deps) => {
  http.post(
    '/api/key-orders/:id/revoke',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'revokeKeyGrant',
        params: z.strictObject({ id: z.uuid() }),
        response: { 200: z.strictObject({}), 404: Problem, 409: Problem, 502: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      await revokeGrant(deps, personWhoCalls(request), request.params.id)
      return {}
    },
  )
})
