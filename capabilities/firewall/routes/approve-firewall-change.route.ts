import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { Approve } from '../../access/contract.ts'
import { approveChange } from '../change/decide.ts'
import { personWhoCalls } from './host-caller.ts'

/** POST /api/firewall/changes/:id/approve: the caller's passkey has signed the text of the change. */
export const approveFirewallChange = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/changes/:id/approve',
    {
      config: { permission: 'approve' },
      schema: {
        operationId: 'approveFirewallChange',
        params: z.strictObject({ id: z.uuid() }),
        body: Approve,
        response: {
          200: z.strictObject({ ready: z.boolean() }),
          404: Problem,
          409: Problem,
          502: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request) => {
      const approval = { person: personWhoCalls(request), ssh: null, passkey: request.body.passkey }
      return { ready: await approveChange(deps, request.params.id, approval) }
    },
  )
})
