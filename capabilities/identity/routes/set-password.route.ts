import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { setPassword } from '../account/own-password.ts'
import { tellWait } from '../attempts/tell-wait.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { NewPassword, RecoveryCodes } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** PUT /api/me/password: sets or changes the password; every other session ends. */
export const putPassword = defineRoute((http, deps) => {
  http.put(
    '/api/me/password',
    {
      config: { permission: 'self' },
      onError: tellWait,
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'putPassword',
        body: NewPassword,
        response: { 200: RecoveryCodes, 422: Problem, 429: Problem, 503: Problem, ...REFUSALS },
      },
    },
    async (request) => ({
      recoveryCodes: await setPassword(doorwayOf(deps), selfOf(request), request.body, request.ip),
    }),
  )
})
