import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { accountView } from '../account/account-view.ts'
import { selfOf } from '../account/caller.ts'
import { AccountView } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'

/** GET /api/me: how the caller signs in, and where. */
export const getAccount = defineRoute((http, deps) => {
  http.get(
    '/api/me',
    {
      config: { permission: 'self' },
      schema: {
        operationId: 'getAccount',
        response: { 200: AccountView, ...REFUSALS },
      },
    },
    async (request) => {
      const self = selfOf(request)
      const { stage, now } = doorwayOf(deps)
      return accountView(stage, self.id, self.session, now)
    },
  )
})
