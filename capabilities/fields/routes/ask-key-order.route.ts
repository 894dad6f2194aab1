import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { AskKeyOrder } from '../contract.ts'
import { askForOrder } from '../keys/orders.ts'
import { personWhoCalls } from './caller.ts'

/** POST /api/key-orders: asks for a grant, for a key to be enabled or to be shredded. Somebody else approves. */
export const askKeyOrder = defineRoute((http, deps) => {
  http.post(
    '/api/key-orders',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'askKeyOrder',
        body: AskKeyOrder,
        response: {
          201: z.strictObject({ id: z.uuid(), text: z.string() }),
          404: Problem,
          409: Problem,
          502: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request, reply) => reply.status(201).send(await askForOrder(deps, personWhoCalls(request), request.body)),
  )
})
