import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { ReviewView } from '../contract-review.ts'
import { deskOf } from '../desk.ts'
import { openReview } from '../review/review-store.ts'
import { personWhoCalls } from './host-caller.ts'

/** POST /api/firewall/hosts/:host/review: begins a review of the rules in force, or goes on with the one that is open. */
export const reviewFirewall = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/hosts/:host/review',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'reviewFirewall',
        params: z.strictObject({ host: z.string().max(100) }),
        response: { 200: ReviewView, 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      deskOf(deps)
      return openReview(deps, request.params.host, personWhoCalls(request))
    },
  )
})
