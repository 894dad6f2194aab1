import { defineRoute } from '../../../kernel/http/route.ts'
import { RESOURCE_TYPES, resourceTypeView } from '../schema/resource-type.ts'
import { listOf, refuseFilter } from './discovery.ts'
import { SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** GET /scim/v2/ResourceTypes (RFC 7643, section 6). */
export const listScimResourceTypes = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/ResourceTypes',
      {
        config: { permission: 'register' },
        schema: { operationId: 'listScimResourceTypes', response: { 200: ScimBody, ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        refuseFilter(request)
        return answer(reply, 200, listOf(RESOURCE_TYPES.map((one) => resourceTypeView(one, baseOf(deps)))))
      },
    )
  }),
)
