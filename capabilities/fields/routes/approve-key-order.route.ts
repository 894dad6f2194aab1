import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { Approve } from '../../access/contract.ts'
import { approveOrder } from '../keys/orders.ts'
import { personWhoCalls } from './caller.ts'

/** POST /api/key-orders/:id/approve: the caller's passkey has signed the text of the order. */
export const approveKeyOrder = defineRoute((http, deps) => {
  http.post(
    '/api/key-orders/:id/approve',
    {
      config: { permission: 'approve' },
      schema: {
        operationId: 'approveKeyOrder',
        params: z.strictObject({ id: z.uuid() }),
        body: Approve,
        response: {
          200: z.strictObject({ done: z.boolean() }),
          404: Problem,
          409: Problem,
          502: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request) => {
      const approval = { person: personWhoCalls(request), ssh: null, passkey: request.body.passkey }
      return { done: await approveOrder(deps, request.params.id, approval) }
    },
  )
})
