import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { PasskeyOptions } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { beginPasskeySignIn as begin } from '../passkey/sign-in-with-passkey.ts'

/** POST /api/sign-in/passkey/options: what the browser asks a passkey. The same for everybody; names nobody. Public. */
export const beginPasskeySignIn = defineRoute((http, deps) => {
  http.post(
    '/api/sign-in/passkey/options',
    {
      config: { permission: 'public' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'beginPasskeySignIn',
        security: [],
        response: { 200: PasskeyOptions, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => begin(doorwayOf(deps), request.ip),
  )
})
