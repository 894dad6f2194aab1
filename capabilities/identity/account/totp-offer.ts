import { randomBytes } from 'node:crypto'
import { BergfriedError } from '../../../kernel/errors.ts'
import { beginCeremony, peekCeremony, takeCeremony } from '../ceremonies/ceremony.ts'
import type { Doorway } from '../doorway.ts'
import { houseName } from '../organisation/house-name.ts'
import { TOTP_BYTES, totpOffer, totpStep } from '../password/totp.ts'
import type { Self } from './caller.ts'

interface Offered {
  readonly secret: string
  readonly session: string
}

/** Offers a fresh secret of one-time codes; nothing changes before a code of it comes back. */
export async function offerTotp(door: Doorway, self: Self, address: string) {
  const secret = randomBytes(TOTP_BYTES)
  const state: Offered = { secret: secret.toString('base64'), session: self.session }
  const ceremony = await beginCeremony(door, 'totp', address, state)
  return { ceremony, ...totpOffer(secret, await houseName(door.stage), self.login) }
}

/**
 * The secret that was offered to this session, if the code is of it. A wrong code may be typed again: whoever has the offer
 * has the secret, so there is nothing to guess. A right one uses it up.
 *
 * @throws {BergfriedError} `identity.code_wrong`
 */
export async function provenTotp(
  door: Doorway,
  self: Self,
  given: { readonly ceremony: string; readonly code: string },
): Promise<{ secret: Buffer; step: number }> {
  const offered = await peekCeremony<Offered>(door, 'totp', given.ceremony)
  const secret = Buffer.from(offered?.secret ?? '', 'base64')
  const step = offered?.session === self.session ? totpStep(secret, given.code, door.now, -1) : null
  if (step === null || (await takeCeremony(door, 'totp', given.ceremony)) === null) {
    throw new BergfriedError('identity.code_wrong')
  }
  return { secret, step }
}
