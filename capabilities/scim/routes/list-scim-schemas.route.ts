import { defineRoute } from '../../../kernel/http/route.ts'
import { SCHEMAS } from '../schema/resource-type.ts'
import { schemaView } from '../schema/schema.ts'
import { listOf, refuseFilter } from './discovery.ts'
import { SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** GET /scim/v2/Schemas (RFC 7643, section 7). */
export const listScimSchemas = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/Schemas',
      {
        config: { permission: 'register' },
        schema: { operationId: 'listScimSchemas', response: { 200: ScimBody, ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        refuseFilter(request)
        return answer(reply, 200, listOf(SCHEMAS.map((one) => schemaView(one, baseOf(deps)))))
      },
    )
  }),
)
