import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SystemDetail } from '../contract-tables.ts'
import { systemOf } from '../tables/systems.ts'

/** GET /api/systems/:name/detail: one system, what is read of it and how that goes. */
export const getSystem = defineRoute((http, deps) => {
  http.get(
    '/api/systems/:name/detail',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getSystem',
        params: z.strictObject({ name: z.string().min(1).max(63) }),
        response: { 200: SystemDetail, 404: Problem, ...REFUSALS },
      },
    },
    async ({ params }) => systemOf(deps, params.name),
  )
})
