import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { OidcProvider, SignIn } from '../../../kernel/http/sign-in.ts'

const TIMEOUT_S = 5
const KEPT_MS = 3_600_000

interface Kept {
  readonly at: number
  readonly configuration: Promise<Configuration>
}
const kept = new WeakMap<OidcProvider, Kept>()

/** @throws {BergfriedError} `http.not_found` */
export function providerOf({ providers }: SignIn, id: string): OidcProvider {
  const provider = providers.find((known) => known.id === id)
  if (provider === undefined) throw new BergfriedError('http.not_found', { what: `provider ${id.slice(0, 40)}` })
  return provider
}

/**
 * What the provider says of itself (OpenID Connect Discovery), kept for an hour. A failure is not kept.
 *
 * @throws {BergfriedError} `identity.provider_failed`
 */
export async function configurationOf(provider: OidcProvider, now: Date): Promise<Configuration> {
  const known = kept.get(provider)
  const fresh = known !== undefined && now.getTime() - known.at < KEPT_MS ? known : null
  const entry = fresh ?? { at: now.getTime(), configuration: discover(provider) }
  kept.set(provider, entry)
  try {
    return await entry.configuration
  } catch (cause) {
    kept.delete(provider)
    throw providerFailed(provider, cause)
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcProvider): Promise<Configuration> {
  // Without TLS nobody but this machine: a provider that somebody runs here to try things out.
  const plain = /^http:\/\/(localhost|127\.0\.0\.1)(:|\/|$)/.test(issuer) ? [allowInsecureRequests] : []
  const found = await discovery(new URL(issuer), clientId, undefined, None(), { execute: plain, timeout: TIMEOUT_S })
  const server = found.serverMetadata()
  // OpenID Connect Discovery, section 3: where nothing is said, `client_secret_basic`.
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const secret = methods.includes('client_secret_basic') ? ClientSecretBasic : ClientSecretPost
  const configuration = new Configuration(server, clientId, undefined, secret(clientSecret))
  configuration.timeout = TIMEOUT_S
  for (const allow of plain) allow(configuration)
  // The signature of the id_token is checked with the provider's keys, though it comes straight from it.
  enableNonRepudiationChecks(configuration)
  return configuration
}

/** The cause stays with us: what a provider answers may hold what it should not. */
export const providerFailed = ({ id }: OidcProvider, cause: unknown): BergfriedError =>
  new BergfriedError('identity.provider_failed', { provider: id, reason: wordOf(cause) }, { cause })

/** The short word that the standards give an error, if it is one. */
function wordOf(cause: unknown): string {
  const { error, code } = (cause ?? {}) as { error?: unknown; code?: unknown }
  const word = typeof error === 'string' ? error : typeof code === 'string' ? code : ''
  return /^[A-Za-z_]{3,60}$/.test(word) ? word : 'unreachable'
}
