import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { refuseOrder } from '../keys/orders.ts'
import { personWhoCalls } from './caller.ts'

/** POST /api/key-orders/:id/refuse: for good; of the own one it is taken back. */
export const refuseKeyOrder = defineRoute((http, deps) => {
  http.post(
    '/api/key-orders/:id/refuse',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'refuseKeyOrder',
        params: z.strictObject({ id: z.uuid() }),
        response: { 200: z.strictObject({}), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      await refuseOrder(deps, request.params.id, personWhoCalls(request))
      return {}
    },
  )
})
