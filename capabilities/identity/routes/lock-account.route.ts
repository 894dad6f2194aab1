import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { lockAccount as lock } from '../accounts/change-account.ts'
import { changingOf } from '../accounts/changing-of.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/accounts/:id/lock: somebody is out at once. Asks for no fresh sign-in: in an emergency it has to be quick. */
export const lockAccount = defineRoute((http, deps) => {
  http.post(
    '/api/accounts/:id/lock',
    {
      config: { permission: 'admin' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'lockAccount',
        params: z.strictObject({ id: z.uuid() }),
        response: { 204: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      await lock(door.stage, request.params.id, changingOf(door, request))
      return reply.status(204).send(null)
    },
  )
})
