import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { ConfirmQuestion } from '../contract.ts'
import { confirmed } from '../hosts/news.ts'
import { hostThatCalls } from './host-caller.ts'

/** POST /api/hosts/self/firewall/confirm: asked by a host over a connection that its new rules let through. */
export const confirmFirewallChange = defineRoute((http, deps) => {
  http.post(
    '/api/hosts/self/firewall/confirm',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'confirmFirewallChange',
        body: ConfirmQuestion,
        response: { 204: z.null(), 401: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const host = await hostThatCalls(deps, request)
      if (!(await confirmed(deps, host, request.body)))
        throw new BergfriedError('firewall.not_now', { state: 'unconfirmed' })
      return reply.status(204).send(null)
    },
  )
})
