import { buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier } from 'openid-client'
import { beginCeremony } from '../ceremonies/ceremony.ts'
import { freshToken, isToken } from '../crypto/token.ts'
import type { Doorway } from '../doorway.ts'
import { configurationOf, providerOf } from './provider-configuration.ts'

/** Who connects the own account, where somebody does. */
export interface Linking {
  readonly person: string
  readonly session: string
}

/** What is kept on the way to a provider and back. */
export interface Way {
  readonly provider: string
  readonly nonce: string
  readonly verifier: string
  /** What the browser's cookie has to say: the way ends where it began. */
  readonly browser: string
  readonly linking: Linking | null
}

export const callbackAddress = (url: string, provider: string): string => `${url}/api/sign-in/oidc/${provider}/callback`

/**
 * Begins the way to a provider: authorization code with PKCE (RFC 7636, S256), `state` and `nonce`.
 *
 * @param cookie - the browser's, where it has one
 * @throws {BergfriedError} `http.not_found`, `identity.provider_failed`
 */
export async function beginWay(
  door: Doorway,
  id: string,
  from: { readonly address: string; readonly cookie: string | null; readonly linking: Linking | null },
): Promise<{ url: string; browser: string }> {
  const provider = providerOf(door.signIn, id)
  const configuration = await configurationOf(provider, door.now)
  // Two windows of one browser share it, so that neither breaks the other's way.
  const browser = from.cookie !== null && isToken(from.cookie) ? from.cookie : freshToken()
  const way: Way = {
    provider: id,
    nonce: randomNonce(),
    verifier: randomPKCECodeVerifier(),
    browser,
    linking: from.linking,
  }
  const state = await beginCeremony(door, 'oidc', from.address, way)
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: callbackAddress(door.signIn.url, id),
    response_type: 'code',
    scope: 'openid email profile',
    state,
    nonce: way.nonce,
    code_challenge: await calculatePKCECodeChallenge(way.verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, browser }
}
