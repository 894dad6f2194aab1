import { defineRoute } from '../../../kernel/http/route.ts'
import { ScimErrorBody } from '../protocol/scim-error.ts'
import { ScimProblem } from '../protocol/scim-problem.ts'
import { SCIM_REFUSALS } from './resource-answer.ts'
import { scimScope } from './scim-scope.ts'

/** POST /scim/v2/Bulk: there is none, as the configuration says (RFC 7644, section 3.7). */
export const refuseScimBulk = defineRoute((http, deps) =>
  scimScope(http, deps, (scope) => {
    scope.post(
      '/scim/v2/Bulk',
      {
        config: { permission: 'register' },
        schema: { operationId: 'refuseScimBulk', response: { 501: ScimErrorBody, ...SCIM_REFUSALS } },
      },
      async () => {
        throw new ScimProblem(501, null, {
          de: 'Viele Änderungen in einer Anfrage gibt es hier nicht; jede einzeln senden.',
          en: 'There are no bulk requests here; send each change by itself.',
        })
      },
    )
  }),
)
