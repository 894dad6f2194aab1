import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { beginCeremony, type Purpose, takeCeremony } from '../ceremonies/ceremony.ts'
import type { Doorway } from '../doorway.ts'
import { shownText } from '../person-text.ts'
import { needRelyingParty } from './relying-party.ts'
import { handleOf } from './user-handle.ts'

/** EdDSA, ES256, RS256 (IANA COSE Algorithms). */
const ALGORITHMS = [-8, -7, -257]
const MOST_PASSKEYS = 20

/** For whom a passkey is made. */
export interface PasskeyFor {
  readonly person: string
  readonly login: string
  readonly name: string
  /** What the answer has to belong to besides: the link or the session that began it. */
  readonly bound: string
}

interface Begun {
  readonly challenge: string
  readonly person: string
  readonly bound: string
}

/** A passkey whose answer was checked, ready to be stored. */
export interface CheckedPasskey {
  readonly person: string
  readonly credentialId: string
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
  readonly synced: boolean
  readonly label: string
}

/** What the browser is asked: a passkey that can be found without a name, and that checks the person. */
export async function beginRegistration(
  door: Doorway,
  purpose: Purpose,
  wanted: PasskeyFor,
  context: { readonly address: string; readonly house: string },
) {
  const party = needRelyingParty(door.signIn.url)
  const known = await door.stage.query<{ id: string; transports: string[] }>(
    'select credential_id as id, transports from identity.passkey where person_id = $1',
    [wanted.person],
  )
  if (known.length >= MOST_PASSKEYS) throw new BergfriedError('identity.too_many_things', { most: MOST_PASSKEYS })
  const options = await generateRegistrationOptions({
    rpID: party.id,
    rpName: context.house,
    userID: handleOf(wanted.person),
    userName: wanted.login,
    userDisplayName: wanted.name,
    attestationType: 'none',
    excludeCredentials: [...known],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  })
  const state: Begun = { challenge: options.challenge, person: wanted.person, bound: wanted.bound }
  return { ceremony: await beginCeremony(door, purpose, context.address, state), options: { ...options } }
}

/**
 * Checks what the browser answered. The ceremony is used up, whatever comes of it.
 *
 * @throws {BergfriedError} `identity.passkey_refused`
 */
export async function checkRegistration(
  door: Doorway,
  purpose: Purpose,
  answer: { readonly ceremony: string; readonly credential: object; readonly label: string; readonly bound: string },
): Promise<CheckedPasskey> {
  const party = needRelyingParty(door.signIn.url)
  const label = shownText('label', answer.label)
  const begun = await takeCeremony<Begun>(door, purpose, answer.ceremony)
  if (begun === null || begun.bound !== answer.bound) throw new BergfriedError('identity.passkey_refused')
  const response = answer.credential as unknown as RegistrationResponseJSON
  const checked = await verifyRegistrationResponse({
    response,
    expectedChallenge: begun.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((cause: unknown) => {
    // The library throws plain errors for whatever does not fit; what was sent is not ours to repeat.
    throw new BergfriedError('identity.passkey_refused', {}, { cause })
  })
  if (!checked.verified) throw new BergfriedError('identity.passkey_refused')
  const { credential, credentialBackedUp } = checked.registrationInfo
  const transports = (credential.transports ?? []).filter((word) => /^[a-z-]{2,20}$/.test(word)).slice(0, 8)
  return {
    person: begun.person,
    credentialId: credential.id,
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports,
    synced: credentialBackedUp,
    label,
  }
}

/** @throws {BergfriedError} `identity.passkey_refused` where the credential is known already */
export async function storePasskey(tx: Transaction, passkey: CheckedPasskey, now: Date): Promise<string> {
  const { person, credentialId, publicKey, counter, transports, synced, label } = passkey
  const [row] = await tx.query<{ id: string }>(
    `insert into identity.passkey (person_id, credential_id, public_key, counter, transports, synced, label, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing returning id`,
    [person, credentialId, Buffer.from(publicKey), counter, transports, synced, label, now],
  )
  if (row === undefined) throw new BergfriedError('identity.passkey_refused')
  return row.id
}
