import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { Approve } from '../contract.ts'
import { approve } from '../request/review.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/requests/:id/approve: the caller's passkey has signed the text of the request. */
export const approveRequest = defineRoute((http, deps) => {
  http.post(
    '/api/access/requests/:id/approve',
    {
      config: { permission: 'approve' },
      bodyLimit: BODY,
      schema: {
        operationId: 'approveRequest',
        params: z.strictObject({ id: z.uuid() }),
        body: Approve,
        response: {
          200: z.strictObject({ begun: z.boolean() }),
          404: Problem,
          409: Problem,
          502: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request) => {
      const { passkey } = request.body
      return { begun: await approve(deps, request.params.id, { person: personOf(request), ssh: null, passkey }) }
    },
  )
})
