import { defineRoute } from '../../../kernel/http/route.ts'
import { readListing, searchQuery } from '../list/list-query.ts'
import { listResources } from '../list/list-resources.ts'
import { userType } from '../schema/resource-type.ts'
import { SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** POST /scim/v2/Users/.search: the same as a GET, where the filter is to stand in no log (RFC 7644, section 3.4.3). */
export const searchScimUsers = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.post(
      '/scim/v2/Users/.search',
      {
        config: { permission: 'register' },
        schema: { operationId: 'searchScimUsers', response: { 200: ScimBody, ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        const listing = readListing(userType, searchQuery(request.body))
        return answer(reply, 200, await listResources(deps.database.stage('bf_desk'), userType, baseOf(deps), listing))
      },
    )
  }),
)
