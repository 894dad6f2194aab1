import * as z from 'zod'
import { defineRoute } from '../../../kernel/http/route.ts'
import { removeGroup } from '../change/change-group.ts'
import { changingOf, ONE, SCIM_REFUSALS } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** DELETE /scim/v2/Groups/:id (RFC 7644, section 3.6). */
export const deleteScimGroup = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.delete(
      '/scim/v2/Groups/:id',
      {
        config: { permission: 'register' },
        schema: { operationId: 'deleteScimGroup', params: ONE, response: { 204: z.null(), ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        await removeGroup(deps, changingOf(request))
        return reply.status(204).send(null)
      },
    )
  }),
)
