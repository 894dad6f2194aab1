import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { endChange } from '../change/decide.ts'
import { personWhoCalls } from './host-caller.ts'

const End = z.strictObject({ how: z.enum(['refused', 'withdrawn']), note: z.string().trim().max(1000).default('') })

/** POST /api/firewall/changes/:id/end: refuses what another proposed, or takes the own back. */
export const endFirewallChange = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/changes/:id/end',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'endFirewallChange',
        params: z.strictObject({ id: z.uuid() }),
        body: End,
        response: { 204: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { how, note } = request.body
      await endChange(deps, request.params.id, personWhoCalls(request), how, note)
      return reply.status(204).send(null)
    },
  )
})
