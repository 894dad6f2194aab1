import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { sendChange } from '../change/decide.ts'
import { personWhoCalls } from './host-caller.ts'

/** POST /api/firewall/changes/:id/apply: sends an approved change to its host, which makes it or says why not. */
export const applyFirewallChange = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/changes/:id/apply',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'applyFirewallChange',
        params: z.strictObject({ id: z.uuid() }),
        response: { 202: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await sendChange(deps, request.params.id, personWhoCalls(request))
      return reply.status(202).send(null)
    },
  )
})
