import { defineRoute } from '../../../kernel/http/route.ts'
import { gone } from '../change/conflicts.ts'
import { SCHEMAS } from '../schema/resource-type.ts'
import { schemaView } from '../schema/schema.ts'
import { refuseFilter } from './discovery.ts'
import { ONE, SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** GET /scim/v2/Schemas/:id: one of them (RFC 7643, section 7). */
export const getScimSchema = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/Schemas/:id',
      {
        config: { permission: 'register' },
        schema: { operationId: 'getScimSchema', params: ONE, response: { 200: ScimBody, ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        refuseFilter(request)
        const { id } = request.params
        const found = SCHEMAS.find((one) => one.id.toLowerCase() === id.toLowerCase())
        if (found === undefined) throw gone(id)
        return answer(reply, 200, schemaView(found, baseOf(deps)))
      },
    )
  }),
)
