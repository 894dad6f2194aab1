import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { offerTotp as offer } from '../account/totp-offer.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { TotpOffer } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'
import { requireFresh } from '../sessions/session-store.ts'

/** POST /api/me/totp/offer: a fresh secret for one-time codes. Nothing changes before a code of it comes back. */
export const offerTotp = defineRoute((http, deps) => {
  http.post(
    '/api/me/totp/offer',
    {
      config: { permission: 'self' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'offerTotp',
        response: { 200: TotpOffer, ...REFUSALS },
      },
    },
    async (request) => {
      const [door, self] = [doorwayOf(deps), selfOf(request)]
      await requireFresh(door.stage, self.session, door.now)
      return offer(door, self, request.ip)
    },
  )
})
