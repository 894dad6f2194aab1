import { defineRoute } from '../../../kernel/http/route.ts'
import { gone } from '../change/conflicts.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { findGroup } from '../storage/group-store.ts'
import { ONE, SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** GET /scim/v2/Groups/:id (RFC 7644, section 3.4.1). */
export const getScimGroup = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/Groups/:id',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'getScimGroup',
          params: ONE,
          querystring: ProjectionQuery,
          response: { 200: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const stored = await findGroup(deps.database.stage('bf_desk'), id)
        if (stored === null) throw gone(id)
        return tellResource(request, reply, deps, stored, 200)
      },
    )
  }),
)
