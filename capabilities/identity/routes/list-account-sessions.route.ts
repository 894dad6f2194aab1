import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { listSessions } from '../account/account-view.ts'
import { OwnSession } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'

/** GET /api/accounts/:id/sessions: where somebody is signed in. */
export const listAccountSessions = defineRoute((http, deps) => {
  http.get(
    '/api/accounts/:id/sessions',
    {
      config: { permission: 'admin' },
      schema: {
        operationId: 'listAccountSessions',
        params: z.strictObject({ id: z.uuid() }),
        response: { 200: z.strictObject({ sessions: z.array(OwnSession) }), ...REFUSALS },
      },
    },
    async ({ params, principal }) => {
      const { stage, now } = doorwayOf(deps)
      const current = principal?.kind === 'person' ? principal.session : null
      return { sessions: await listSessions(stage, params.id, current, now) }
    },
  )
})
