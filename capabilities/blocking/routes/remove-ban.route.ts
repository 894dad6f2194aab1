import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { unbanByHand } from '../work/by-hand.ts'

/** POST /api/bans/lift: lets somebody in again at once. */
export const removeBan = defineRoute((http, { database, clock, blocking, live }) => {
  http.post(
    '/api/bans/lift',
    {
      config: { permission: 'respond' },
      schema: {
        operationId: 'removeBan',
        body: z.strictObject({ network: z.string().min(2).max(60) }),
        response: { 200: z.strictObject({}), 404: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      await unbanByHand(database.stage('bf_detect'), clock.now(), request.body.network, request.caller)
      await blocking?.wake()
      live.tell({ type: 'bans', at: clock.now() })
      return {}
    },
  )
})
