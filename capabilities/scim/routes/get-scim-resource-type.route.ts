import { defineRoute } from '../../../kernel/http/route.ts'
import { gone } from '../change/conflicts.ts'
import { RESOURCE_TYPES, resourceTypeView } from '../schema/resource-type.ts'
import { refuseFilter } from './discovery.ts'
import { ONE, SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** GET /scim/v2/ResourceTypes/:id: one of them (RFC 7643, section 6). */
export const getScimResourceType = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/ResourceTypes/:id',
      {
        config: { permission: 'register' },
        schema: { operationId: 'getScimResourceType', params: ONE, response: { 200: ScimBody, ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        refuseFilter(request)
        const { id } = request.params
        const found = RESOURCE_TYPES.find((one) => one.name.toLowerCase() === id.toLowerCase())
        if (found === undefined) throw gone(id)
        return answer(reply, 200, resourceTypeView(found, baseOf(deps)))
      },
    )
  }),
)
