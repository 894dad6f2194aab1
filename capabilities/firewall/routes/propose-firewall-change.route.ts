import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { propose } from '../change/propose.ts'
import { DifferenceView, MOST_RULES, Propose } from '../contract.ts'
import { personWhoCalls } from './host-caller.ts'

/** POST /api/firewall/changes: proposes other rules for a host. Nothing is changed by it. */
export const proposeFirewallChange = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/changes',
    {
      config: { permission: 'change' },
      bodyLimit: MOST_RULES * 4,
      schema: {
        operationId: 'proposeFirewallChange',
        body: Propose,
        response: {
          201: z.strictObject({ id: z.uuid(), text: z.string(), shown: DifferenceView }),
          404: Problem,
          409: Problem,
          502: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request, reply) => reply.status(201).send(await propose(deps, personWhoCalls(request), request.body)),
  )
})
