import * as z from 'zod'
import { controlVerdicts } from '../../kernel/check/verdicts.ts'
import { REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { controlView } from './row-view.ts'
import { atInstant, ControlView } from './views.ts'

/** GET /api/controls: the policy with its state, derived anew at every call. */
export const listControls = defineRoute((http, deps) => {
  http.get(
    '/api/controls',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listControls',
        querystring: z.strictObject({ at: atInstant }),
        response: { 200: z.strictObject({ at: z.iso.datetime(), controls: z.array(ControlView) }), ...REFUSALS },
      },
    },
    async ({ query }) => {
      const { policy, checks, clock, database } = deps
      const at = query.at === undefined ? clock.now() : new Date(query.at)
      const current = query.at === undefined
      const verdicts = await controlVerdicts(database.stage('bf_publish'), {
        policy,
        checks,
        systems: null,
        at,
        current,
      })
      return { at: at.toISOString(), controls: verdicts.map(controlView) }
    },
  )
})
