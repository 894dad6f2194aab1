import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { PersonDetail } from '../contract-tables.ts'
import { personOf } from '../tables/people.ts'

/** GET /api/people/:person: one person of the register with accounts, entitlements and keys. */
export const getPerson = defineRoute((http, deps) => {
  http.get(
    '/api/people/:person',
    {
      config: { permission: 'people' },
      schema: {
        operationId: 'getPerson',
        params: z.strictObject({ person: z.string().min(1).max(200) }),
        response: { 200: PersonDetail, 404: Problem, ...REFUSALS },
      },
    },
    async ({ params }) => personOf(deps, params.person),
  )
})
