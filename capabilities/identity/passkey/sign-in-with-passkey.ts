import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { BergfriedError } from '../../../kernel/errors.ts'
import { beginCeremony, takeCeremony } from '../ceremonies/ceremony.ts'
import type { Doorway } from '../doorway.ts'
import { needRelyingParty } from './relying-party.ts'
import { isHandleOf } from './user-handle.ts'

interface StoredPasskey {
  readonly id: string
  readonly person: string
  readonly publicKey: Buffer
  readonly counter: number
}

/** What the browser is asked. It names nobody: the passkey itself says whose it is, so nothing here tells who has an account. */
export async function beginPasskeySignIn(door: Doorway, address: string) {
  const { id } = needRelyingParty(door.signIn.url)
  const options = await generateAuthenticationOptions({ rpID: id, userVerification: 'required', allowCredentials: [] })
  const ceremony = await beginCeremony(door, 'passkey-sign-in', address, { challenge: options.challenge })
  return { ceremony, options: { ...options } }
}

/**
 * Whose passkey answered. The challenge is used up, whatever comes of it.
 *
 * @returns the person's id
 * @throws {BergfriedError} `identity.refused` for everything that does not fit
 */
export async function checkPasskey(
  door: Doorway,
  answer: { readonly ceremony: string; readonly credential: { readonly id: string } },
): Promise<string> {
  const party = needRelyingParty(door.signIn.url)
  const begun = await takeCeremony<{ challenge: string }>(door, 'passkey-sign-in', answer.ceremony)
  const [stored] = await door.stage.query<StoredPasskey>(
    'select id, person_id as person, public_key as "publicKey", counter from identity.passkey where credential_id = $1',
    [answer.credential.id],
  )
  if (begun === null || stored === undefined) throw new BergfriedError('identity.refused')
  const response = answer.credential as unknown as AuthenticationResponseJSON
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: begun.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: answer.credential.id,
      publicKey: Uint8Array.from(stored.publicKey),
      counter: stored.counter,
    },
  }).catch((cause: unknown) => {
    throw new BergfriedError('identity.refused', {}, { cause })
  })
  // A passkey that is found without a name has to say whose it is (WebAuthn Level 3, section 7.2, step 6).
  const handle: unknown = response.response.userHandle
  if (!verified || typeof handle !== 'string' || !isHandleOf(handle, stored.person)) {
    throw new BergfriedError('identity.refused')
  }
  await advance(door, stored.id, authenticationInfo)
  return stored.person
}

/**
 * Writes the counter on, if it still is behind: of two answers with one counter the second is refused, and so is whoever
 * copied a key and is behind its owner. Keys that do not count say 0 for ever.
 */
async function advance(
  { stage, now }: Doorway,
  passkey: string,
  info: { readonly newCounter: number; readonly credentialBackedUp: boolean },
): Promise<void> {
  const rows = await stage.query(
    `update identity.passkey set counter = $2, synced = $3, last_used_at = $4
     where id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning 1`,
    [passkey, info.newCounter, info.credentialBackedUp, now],
  )
  if (rows.length === 0) throw new BergfriedError('identity.refused')
}
