import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { ExceptionView } from '../contract.ts'
import { listExceptions as list } from '../exceptions.ts'

/** GET /api/exceptions: accepted deviations, newest first. */
export const listExceptions = defineRoute((http, { database, clock }) => {
  http.get(
    '/api/exceptions',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listExceptions',
        querystring: z.strictObject({ live: z.enum(['true', 'false']).default('true') }),
        response: { 200: z.strictObject({ exceptions: z.array(ExceptionView) }), ...REFUSALS },
      },
    },
    async ({ query }) => ({
      exceptions: [...(await list(database.stage('bf_publish'), clock.now(), query.live === 'true'))],
    }),
  )
})
