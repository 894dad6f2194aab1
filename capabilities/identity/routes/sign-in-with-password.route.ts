import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { countAttempt } from '../attempts/attempt-limit.ts'
import { tellWait } from '../attempts/tell-wait.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { PasswordSignIn, SessionView } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { checkPassword } from '../password/sign-in-with-password.ts'
import { triedLogin } from '../person-text.ts'
import { removeEnded } from '../sessions/session-store.ts'
import { giveCookie, signIn } from '../sessions/signed-in.ts'

/** POST /api/sign-in/password: signs in with a password and a one-time code or recovery code. One answer for everything wrong. Public. */
export const signInWithPassword = defineRoute((http, deps) => {
  http.post(
    '/api/sign-in/password',
    {
      config: { permission: 'public' },
      onError: tellWait,
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'signInWithPassword',
        security: [],
        body: PasswordSignIn,
        response: { 200: SessionView, 429: Problem, 503: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const attempt = await countAttempt(door, request.ip, triedLogin(request.body.login))
      const person = await checkPassword(door, request.body)
      const begun = await door.stage.transaction((tx) => signIn(door, tx, request, person, 'password'))
      await attempt.succeeded()
      await removeEnded(door.stage, door.now)
      return giveCookie(door, reply, begun)
    },
  )
})
