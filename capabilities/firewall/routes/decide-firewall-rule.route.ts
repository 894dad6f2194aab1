import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { Decide, ReviewView } from '../contract-review.ts'
import { decideRule } from '../review/review-store.ts'
import { personWhoCalls } from './host-caller.ts'

/** POST /api/firewall/reviews/:id/decide: keep, narrow or remove one rule, with a reason. The review is signed afterwards. */
export const decideFirewallRule = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/reviews/:id/decide',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'decideFirewallRule',
        params: z.strictObject({ id: z.uuid() }),
        body: Decide.omit({ id: true }),
        response: { 200: ReviewView, 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => decideRule(deps, personWhoCalls(request), { id: request.params.id, ...request.body }),
  )
})
