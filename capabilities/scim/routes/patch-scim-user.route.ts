import { defineRoute } from '../../../kernel/http/route.ts'
import { patchUser } from '../change/change-user.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { parsePatch } from '../patch/parse-patch.ts'
import { changingOf, ONE, SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** PATCH /scim/v2/Users/:id (RFC 7644, section 3.5.2). */
export const patchScimUser = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.patch(
      '/scim/v2/Users/:id',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'patchScimUser',
          params: ONE,
          querystring: ProjectionQuery,
          response: { 200: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const stored = await patchUser(deps, changingOf(request), parsePatch(request.body))
        return tellResource(request, reply, deps, stored, 200)
      },
    )
  }),
)
