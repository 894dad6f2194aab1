import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SearchView } from '../contract-live.ts'
import { searchAll } from '../tables/search.ts'

/** GET /api/search: promises, systems, checks, findings and people by a few words. */
export const search = defineRoute((http, deps) => {
  http.get(
    '/api/search',
    {
      config: { permission: 'policy' },
      schema: {
        operationId: 'search',
        querystring: z.strictObject({ q: z.string().trim().max(200).default('') }),
        response: { 200: SearchView, ...REFUSALS },
      },
    },
    async (request) => searchAll(deps, request.query.q, request.may),
  )
})
