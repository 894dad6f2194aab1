import { defineRoute } from '../../../kernel/http/route.ts'
import { gone } from '../change/conflicts.ts'
import { SCIM_REFUSALS } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** Everything else below /scim/v2: nothing, said as SCIM says it. */
export const refuseScimUnknown = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    for (const url of ['/scim/v2', '/scim/v2/*'])
      scope.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url,
        config: { permission: 'register' },
        schema: { response: SCIM_REFUSALS },
        handler: async (request) => {
          throw gone(request.url)
        },
      })
  }),
)
