import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { listAccounts as list } from '../accounts/list-accounts.ts'
import { AccountRow } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'

/** GET /api/accounts: who may sign in, and how. */
export const listAccounts = defineRoute((http, deps) => {
  http.get(
    '/api/accounts',
    {
      config: { permission: 'admin' },
      schema: {
        operationId: 'listAccounts',
        response: { 200: z.strictObject({ accounts: z.array(AccountRow) }), ...REFUSALS },
      },
    },
    async () => {
      const { stage, now } = doorwayOf(deps)
      return { accounts: await list(stage, now) }
    },
  )
})
