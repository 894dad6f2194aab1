import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { setTotp } from '../account/own-password.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { EnrolTotp, RecoveryCodes } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** PUT /api/me/totp: sets up or replaces one-time codes. */
export const putTotp = defineRoute((http, deps) => {
  http.put(
    '/api/me/totp',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'putTotp',
        body: EnrolTotp,
        response: { 200: RecoveryCodes, 422: Problem, ...REFUSALS },
      },
    },
    async (request) => ({ recoveryCodes: await setTotp(doorwayOf(deps), selfOf(request), request.body) }),
  )
})
