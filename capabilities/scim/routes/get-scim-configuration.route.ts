import { defineRoute } from '../../../kernel/http/route.ts'
import { serviceProviderConfiguration } from '../protocol/service-provider.ts'
import { refuseFilter } from './discovery.ts'
import { SCIM_REFUSALS, ScimBody } from './resource-answer.ts'
import { answer, baseOf, scimScope } from './scim-scope.ts'

/** GET /scim/v2/ServiceProviderConfig: what of SCIM is here (RFC 7643, section 5). */
export const getScimConfiguration = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.get(
      '/scim/v2/ServiceProviderConfig',
      {
        config: { permission: 'register' },
        schema: { operationId: 'getScimConfiguration', response: { 200: ScimBody, ...SCIM_REFUSALS } },
      },
      async (request, reply) => {
        refuseFilter(request)
        return answer(reply, 200, serviceProviderConfiguration(baseOf(deps)))
      },
    )
  }),
)
