import { authorizationCodeGrant } from 'openid-client'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { OidcProvider } from '../../../kernel/http/sign-in.ts'
import { takeCeremony } from '../ceremonies/ceremony.ts'
import type { Doorway } from '../doorway.ts'
import { callbackAddress, type Linking, type Way } from './begin-way.ts'
import { configurationOf, providerFailed, providerOf } from './provider-configuration.ts'

/** What a provider says of somebody, by an id_token that was checked. */
export interface Claims {
  readonly issuer: string
  readonly subject: string
  /** Null where the provider does not say that it checked the address. */
  readonly verifiedEmail: string | null
}

export interface EndedWay {
  readonly provider: OidcProvider
  readonly claims: Claims
  readonly linking: Linking | null
}

/**
 * Ends the way: the state is used up, belongs to this provider and this browser, and the code is exchanged. Issuer, audience,
 * signature, nonce and times of the id_token are checked by the library (OpenID Connect Core, section 3.1.3.7).
 *
 * @param search - the query of the callback, as it came
 * @throws {BergfriedError} `identity.provider_failed`, `identity.refused`
 */
export async function endWay(
  door: Doorway,
  id: string,
  { search, cookie }: { readonly search: string; readonly cookie: string | null },
): Promise<EndedWay> {
  const provider = providerOf(door.signIn, id)
  const state = new URLSearchParams(search).get('state') ?? ''
  const way = await takeCeremony<Way>(door, 'oidc', state)
  if (way === null || way.provider !== id || cookie === null || way.browser !== cookie) {
    throw new BergfriedError('identity.refused')
  }
  const configuration = await configurationOf(provider, door.now)
  const tokens = await authorizationCodeGrant(
    configuration,
    new URL(`${callbackAddress(door.signIn.url, id)}${search}`),
    { pkceCodeVerifier: way.verifier, expectedState: state, expectedNonce: way.nonce, idTokenExpected: true },
  ).catch((cause: unknown) => {
    throw providerFailed(provider, cause)
  })
  const claims = tokens.claims()
  if (claims === undefined) throw providerFailed(provider, null)
  const { iss, sub } = claims
  const email = claims['email']
  const verified = claims['email_verified'] === true && typeof email === 'string' && email.length <= 200
  return {
    provider,
    linking: way.linking,
    claims: { issuer: iss, subject: sub, verifiedEmail: verified ? email : null },
  }
}
