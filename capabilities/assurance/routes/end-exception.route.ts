import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { endException as end } from '../exceptions.ts'

/** POST /api/exceptions/:id/end: ends an exception before its time. */
export const endException = defineRoute((http, { database, clock }) => {
  http.post(
    '/api/exceptions/:id/end',
    {
      config: { permission: 'except' },
      schema: {
        operationId: 'endException',
        params: z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
        response: { 200: z.strictObject({ id: z.int() }), 404: Problem, ...REFUSALS },
      },
    },
    async ({ params, caller }) => {
      await end(database.stage('bf_desk'), params.id, caller, clock.now())
      return { id: params.id }
    },
  )
})
