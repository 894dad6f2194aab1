import { defineRoute } from '../../../kernel/http/route.ts'
import { replaceGroup } from '../change/change-group.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { readResource } from '../resource/read-resource.ts'
import { groupType } from '../schema/resource-type.ts'
import { changingOf, ONE, SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** PUT /scim/v2/Groups/:id: everything anew (RFC 7644, section 3.5.1). */
export const replaceScimGroup = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.put(
      '/scim/v2/Groups/:id',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'replaceScimGroup',
          params: ONE,
          querystring: ProjectionQuery,
          response: { 200: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const stored = await replaceGroup(deps, changingOf(request), readResource(groupType, request.body))
        return tellResource(request, reply, deps, stored, 200)
      },
    )
  }),
)
