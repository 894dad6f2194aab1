import { defineRoute } from '../../../kernel/http/route.ts'
import { replaceUser } from '../change/change-user.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { readResource } from '../resource/read-resource.ts'
import { userType } from '../schema/resource-type.ts'
import { changingOf, ONE, SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** PUT /scim/v2/Users/:id: everything anew (RFC 7644, section 3.5.1). */
export const replaceScimUser = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.put(
      '/scim/v2/Users/:id',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'replaceScimUser',
          params: ONE,
          querystring: ProjectionQuery,
          response: { 200: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const stored = await replaceUser(deps, changingOf(request), readResource(userType, request.body))
        return tellResource(request, reply, deps, stored, 200)
      },
    )
  }),
)
