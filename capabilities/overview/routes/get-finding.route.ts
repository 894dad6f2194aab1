import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { FindingDetail } from '../contract-tables.ts'
import { findingOf } from '../tables/finding.ts'

/** GET /api/findings/:id: one finding with what was read and its history. */
export const getFinding = defineRoute((http, deps) => {
  http.get(
    '/api/findings/:id',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getFinding',
        params: z.strictObject({ id: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
        response: { 200: FindingDetail, 404: Problem, ...REFUSALS },
      },
    },
    async ({ params }) => findingOf(deps, params.id),
  )
})
