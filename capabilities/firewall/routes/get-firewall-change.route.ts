import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { readChange } from '../change/views.ts'
import { ChangeView } from '../contract.ts'
import { personWhoCalls } from './host-caller.ts'

/** GET /api/firewall/changes/:id: one change with its rules, what it does, and how it went. */
export const getFirewallChange = defineRoute((http, deps) => {
  http.get(
    '/api/firewall/changes/:id',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getFirewallChange',
        params: z.strictObject({ id: z.uuid() }),
        response: { 200: ChangeView, 404: Problem, ...REFUSALS },
      },
    },
    async (request) => readChange(deps, personWhoCalls(request), request.params.id),
  )
})
