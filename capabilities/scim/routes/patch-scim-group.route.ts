import * as z from 'zod'
import { defineRoute } from '../../../kernel/http/route.ts'
import { patchGroup } from '../change/change-group.ts'
import { ProjectionQuery } from '../list/list-query.ts'
import { parsePatch } from '../patch/parse-patch.ts'
import { tagOf } from '../protocol/versions.ts'
import { changingOf, ONE, SCIM_REFUSALS, ScimBody, tellResource } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/**
 * PATCH /scim/v2/Groups/:id (RFC 7644, section 3.5.2). A group can have many members, so it is sent back only to whoever names the
 * attributes to be told.
 */
export const patchScimGroup = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.patch(
      '/scim/v2/Groups/:id',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'patchScimGroup',
          params: ONE,
          querystring: ProjectionQuery,
          response: { 200: ScimBody, 204: z.null(), ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const stored = await patchGroup(deps, changingOf(request), parsePatch(request.body))
        if (request.query.attributes !== undefined) return tellResource(request, reply, deps, stored, 200)
        return reply.header('etag', tagOf(stored.version)).status(204).send(null)
      },
    )
  }),
)
