import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { AccessView } from '../contract.ts'
import { readAccess } from '../read-access.ts'
import { personOf } from './caller.ts'

/** GET /api/access: what the caller can ask for, has, and has to decide. */
export const getAccess = defineRoute((http, deps) => {
  http.get(
    '/api/access',
    {
      config: { permission: 'self' },
      schema: { operationId: 'getAccess', response: { 200: AccessView, ...REFUSALS } },
    },
    async (request) => readAccess(deps, personOf(request), request.may('approve')),
  )
})
