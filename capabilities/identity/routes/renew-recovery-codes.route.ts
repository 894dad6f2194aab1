import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { newRecoveryCodes } from '../account/own-password.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { RecoveryCodes } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/me/recovery-codes: new recovery codes; the old ones are void. */
export const renewRecoveryCodes = defineRoute((http, deps) => {
  http.post(
    '/api/me/recovery-codes',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'renewRecoveryCodes',
        response: { 200: RecoveryCodes, 422: Problem, ...REFUSALS },
      },
    },
    async (request) => ({ recoveryCodes: await newRecoveryCodes(doorwayOf(deps), selfOf(request)) }),
  )
})
