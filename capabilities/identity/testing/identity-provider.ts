import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { OidcProvider } from '../../../kernel/http/sign-in.ts'
import { ProviderMemory } from './provider-memory.ts'

/** What the provider says of whoever comes next. */
export interface Known {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
}

/** A provider of OpenID Connect on this machine. Nobody types anything there: whoever comes is who the test says. */
export interface IdentityProvider {
  readonly entry: OidcProvider
  /** Who comes next; null: whoever comes refuses. */
  next: Known | null
  /**
   * Walks from our start to our callback, as a browser would.
   *
   * @returns the address of the callback with its query
   */
  walk(start: string): Promise<string>
  close(): Promise<void>
}

const CLIENT_SECRET = 'a secret of this test alone, long enough for it'

export async function identityProvider(ours: string, id = 'house'): Promise<IdentityProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async () => undefined
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const callback = `${ours}/api/sign-in/oidc/${id}/callback`
  const state: { next: Known | null } = { next: null }
  const accounts = new Map<string, Known>()
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'bergfried', client_secret: CLIENT_SECRET, redirect_uris: [callback] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    // Most providers put them into the id_token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
    adapter: ProviderMemory,
    jwks: { keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })] },
    cookies: { keys: ['a key of this test'] },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...(accounts.get(sub) ?? { sub }) }),
    }),
    loadExistingGrant: async (context: GrantContext) => {
      const grant = new provider.Grant({ clientId: 'bergfried', accountId: context.oidc.session?.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  handle = async (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return answer(request, response)
    const { next } = state
    if (next === null) return provider.interactionFinished(request, response, { error: 'access_denied' })
    accounts.set(next.sub, next)
    return provider.interactionFinished(request, response, { login: { accountId: next.sub } })
  }
  const entry = { id, name: 'House', issuer, clientId: 'bergfried', clientSecret: CLIENT_SECRET }
  return Object.assign(state, {
    entry,
    walk: (start: string) => walk(start, ours),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

interface GrantContext {
  readonly oidc: { readonly session?: { readonly accountId?: string } }
}

/** Follows redirects with a fresh set of cookies until one leads back to us. */
async function walk(start: string, ours: string): Promise<string> {
  const cookies = new Map<string, string>()
  let at = start
  for (let steps = 0; steps < 10; steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`the provider stopped at ${at}: ${await answer.text()}`)
    at = new URL(location, at).href
    if (at.startsWith(ours)) return at
  }
  throw new Error('the provider leads nowhere')
}
