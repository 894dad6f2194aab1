import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { decideAlert } from '../alerts.ts'

/** POST /api/alerts/:id/decide: acknowledges or closes one. */
export const decideAlertRoute = defineRoute((http, { database, clock, live }) => {
  http.post(
    '/api/alerts/:id/decide',
    {
      config: { permission: 'respond' },
      schema: {
        operationId: 'decideAlert',
        params: z.strictObject({ id: z.uuid() }),
        body: z.strictObject({
          state: z.enum(['acknowledged', 'closed']),
          note: z.string().trim().min(1).max(2000).nullable().default(null),
        }),
        response: { 200: z.strictObject({}), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      const { state, note } = request.body
      await decideAlert(database.stage('bf_detect'), clock, request.params.id, { state, note, by: request.caller })
      live.tell({ type: 'bans', at: clock.now() })
      return {}
    },
  )
})
