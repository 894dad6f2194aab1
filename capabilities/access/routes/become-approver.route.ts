import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { BecomeApprover, Enrolled } from '../contract.ts'
import { becomeApprover as become } from '../people/enrol-approver.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/approvers: an own key is to approve from now on. */
export const becomeApprover = defineRoute((http, deps) => {
  http.post(
    '/api/access/approvers',
    {
      config: { permission: 'approve' },
      bodyLimit: BODY,
      schema: {
        operationId: 'becomeApprover',
        body: BecomeApprover,
        response: { 200: Enrolled, 404: Problem, 409: Problem, 502: Problem, ...REFUSALS },
      },
    },
    async (request) => ({ waits: await become(deps, personOf(request), request.body) }),
  )
})
