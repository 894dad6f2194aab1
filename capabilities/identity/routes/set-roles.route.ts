import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { setRoles as set } from '../accounts/change-account.ts'
import { freshChanging } from '../accounts/changing-of.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { Roles } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** PUT /api/accounts/:id/roles: what somebody is here. An owner who can sign in always remains. */
export const setRoles = defineRoute((http, deps) => {
  http.put(
    '/api/accounts/:id/roles',
    {
      config: { permission: 'admin' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'setRoles',
        params: z.strictObject({ id: z.uuid() }),
        body: Roles,
        response: { 204: z.null(), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const changing = await freshChanging(door, request)
      await set(door.stage, request.params.id, request.body.roles, changing)
      return reply.status(204).send(null)
    },
  )
})
