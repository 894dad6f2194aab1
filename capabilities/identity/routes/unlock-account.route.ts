import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { unlockAccount as unlock } from '../accounts/change-account.ts'
import { freshChanging } from '../accounts/changing-of.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/accounts/:id/unlock: somebody may sign in again. */
export const unlockAccount = defineRoute((http, deps) => {
  http.post(
    '/api/accounts/:id/unlock',
    {
      config: { permission: 'admin' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'unlockAccount',
        params: z.strictObject({ id: z.uuid() }),
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      await unlock(door.stage, request.params.id, await freshChanging(door, request))
      return reply.status(204).send(null)
    },
  )
})
