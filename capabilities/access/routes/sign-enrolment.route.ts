import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { Approve } from '../contract.ts'
import { signEnrolment as sign } from '../people/enrol-approver.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/enrolments/:id/sign: somebody who approves lets another key in. */
export const signEnrolment = defineRoute((http, deps) => {
  http.post(
    '/api/access/enrolments/:id/sign',
    {
      config: { permission: 'approve' },
      bodyLimit: BODY,
      schema: {
        operationId: 'signEnrolment',
        params: z.strictObject({ id: z.uuid() }),
        body: Approve,
        response: { 204: z.null(), 404: Problem, 409: Problem, 502: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { passkey } = request.body
      await sign(deps, request.params.id, { person: personOf(request), ssh: null, passkey })
      return reply.status(204).send(null)
    },
  )
})
