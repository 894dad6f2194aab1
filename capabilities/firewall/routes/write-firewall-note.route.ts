import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { WriteNote } from '../contract-review.ts'
import { writeNote } from '../review/notes.ts'
import { personWhoCalls } from './host-caller.ts'

/** POST /api/firewall/notes: owner, reason, ticket and expiry of a rule. */
export const writeFirewallNote = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/notes',
    {
      config: { permission: 'change' },
      schema: { operationId: 'writeFirewallNote', body: WriteNote, response: { 204: z.null(), ...REFUSALS } },
    },
    async (request, reply) => {
      await writeNote(deps, personWhoCalls(request), request.body)
      return reply.status(204).send(null)
    },
  )
})
