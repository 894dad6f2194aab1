import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { countAttempt } from '../attempts/attempt-limit.ts'
import { tellWait } from '../attempts/tell-wait.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { PasskeySignIn, SessionView } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { checkPasskey } from '../passkey/sign-in-with-passkey.ts'
import { removeEnded } from '../sessions/session-store.ts'
import { giveCookie, signIn } from '../sessions/signed-in.ts'

/** POST /api/sign-in/passkey: signs in with what a passkey answered. Public. */
export const signInWithPasskey = defineRoute((http, deps) => {
  http.post(
    '/api/sign-in/passkey',
    {
      config: { permission: 'public' },
      onError: tellWait,
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'signInWithPasskey',
        security: [],
        body: PasskeySignIn,
        response: { 200: SessionView, 409: Problem, 429: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const attempt = await countAttempt(door, request.ip, null)
      const person = await checkPasskey(door, request.body)
      const begun = await door.stage.transaction((tx) => signIn(door, tx, request, person, 'passkey'))
      await attempt.succeeded()
      await removeEnded(door.stage, door.now)
      return giveCookie(door, reply, begun)
    },
  )
})
