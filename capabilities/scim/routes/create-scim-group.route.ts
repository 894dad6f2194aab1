import { defineRoute } from '../../../kernel/http/route.ts'
import { createGroup } from '../change/change-group.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { readResource } from '../resource/read-resource.ts'
import { groupType } from '../schema/resource-type.ts'
import { SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** POST /scim/v2/Groups (RFC 7644, section 3.3). */
export const createScimGroup = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.post(
      '/scim/v2/Groups',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'createScimGroup',
          querystring: ProjectionQuery,
          response: { 201: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const stored = await createGroup(deps, readResource(groupType, request.body), request.caller)
        return tellResource(request, reply, deps, stored, 201)
      },
    )
  }),
)
