import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { AskFor } from '../contract.ts'
import { askFor } from '../request/ask.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/requests: asks for something, for oneself or for somebody else. */
export const askForAccess = defineRoute((http, deps) => {
  http.post(
    '/api/access/requests',
    {
      config: { permission: 'self' },
      bodyLimit: BODY,
      schema: {
        operationId: 'askForAccess',
        body: AskFor,
        response: {
          201: z.strictObject({ id: z.uuid(), text: z.string() }),
          404: Problem,
          409: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request, reply) => {
      const requester = personOf(request)
      const { receiver, ...wish } = request.body
      return reply.status(201).send(await askFor(deps, { ...wish, requester, receiver: receiver ?? requester }))
    },
  )
})
