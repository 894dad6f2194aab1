import { defineRoute } from '../../../kernel/http/route.ts'
import { ScimErrorBody } from '../protocol/scim-error.ts'
import { ScimProblem } from '../protocol/scim-problem.ts'
import { SCIM_REFUSALS } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** /scim/v2/Me: whoever calls is a machine and nobody of the register (RFC 7644, section 3.11). */
export const refuseScimMe = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/scim/v2/Me',
      config: { permission: 'register' },
      schema: { response: { 501: ScimErrorBody, ...SCIM_REFUSALS } },
      handler: async () => {
        throw new ScimProblem(501, null, { de: '„Me“ gibt es hier nicht.', en: 'There is no “Me” here.' })
      },
    })
  }),
)
