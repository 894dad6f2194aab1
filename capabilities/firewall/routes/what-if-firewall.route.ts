import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { whatIf } from '../change/propose.ts'
import { MOST_RULES, WhatIf, WhatIfView } from '../contract.ts'

/** POST /api/firewall/what-if: what rules would do, while they are typed. Changes nothing. */
export const whatIfFirewall = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/what-if',
    {
      config: { permission: 'change' },
      bodyLimit: MOST_RULES * 4,
      schema: {
        operationId: 'whatIfFirewall',
        body: WhatIf,
        response: { 200: WhatIfView, 404: Problem, 409: Problem, 502: Problem, ...REFUSALS },
      },
    },
    async (request) => whatIf(deps, request.body.host, request.body.rules),
  )
})
