import { defineRoute } from '../../../kernel/http/route.ts'
import { createUser } from '../change/change-user.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { readResource } from '../resource/read-resource.ts'
import { userType } from '../schema/resource-type.ts'
import { SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** POST /scim/v2/Users (RFC 7644, section 3.3). */
export const createScimUser = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.post(
      '/scim/v2/Users',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'createScimUser',
          querystring: ProjectionQuery,
          response: { 201: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const stored = await createUser(deps, readResource(userType, request.body), request.caller)
        return tellResource(request, reply, deps, stored, 201)
      },
    )
  }),
)
