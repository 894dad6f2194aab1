import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { beginOwnPasskey } from '../account/own-passkeys.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { PasskeyOptions } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/me/passkeys/options: what the browser asks another passkey. */
export const beginPasskey = defineRoute((http, deps) => {
  http.post(
    '/api/me/passkeys/options',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'beginPasskey',
        response: { 200: PasskeyOptions, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => beginOwnPasskey(doorwayOf(deps), selfOf(request), request.ip),
  )
})
