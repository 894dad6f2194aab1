import { randomUUID } from 'node:crypto'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { tellWait } from '../attempts/tell-wait.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { BeginPasskey, PasskeyOptions } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { boundToLink } from '../links/bound-to-link.ts'
import { tryLink } from '../links/open-link.ts'
import { houseName } from '../organisation/house-name.ts'
import { beginRegistration } from '../passkey/register-passkey.ts'
import { loginOf, shownText } from '../person-text.ts'

/** POST /api/setup/passkey/options: what the browser asks a new passkey of somebody who holds a link. Public. */
export const beginSetupPasskey = defineRoute((http, deps) => {
  http.post(
    '/api/setup/passkey/options',
    {
      config: { permission: 'public' },
      onError: tellWait,
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'beginSetupPasskey',
        security: [],
        body: BeginPasskey,
        response: { 200: PasskeyOptions, 404: Problem, 409: Problem, 429: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      const door = doorwayOf(deps)
      const { token, name, login } = request.body
      const link = await tryLink(door, token, request.ip)
      const wanted = {
        person: link.person?.id ?? randomUUID(),
        login: link.person?.login ?? loginOf(login),
        name: shownText('name', name),
        bound: boundToLink(token),
      }
      const context = { address: request.ip, house: await houseName(door.stage) }
      return beginRegistration(door, 'passkey-link', wanted, context)
    },
  )
})
