import { defineRoute } from '../../../kernel/http/route.ts'
import { ListQuery, readListing } from '../list/list-query.ts'
import { listResources } from '../list/list-resources.ts'
import { userType } from '../schema/resource-type.ts'
import { SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** GET /scim/v2/Users: filter, order, pages (RFC 7644, section 3.4.2). */
export const listScimUsers = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/Users',
      {
        config: { permission: 'register' },
        schema: {
          operationId: 'listScimUsers',
          querystring: ListQuery,
          response: { 200: ScimBody, ...SCIM_REFUSALS },
        },
      },
      async (request, reply) => {
        const listing = readListing(userType, request.query)
        return answer(reply, 200, await listResources(deps.database.stage('bf_desk'), userType, baseOf(deps), listing))
      },
    )
  }),
)
