import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../../kernel/clock/clock.ts'
import type { OidcProvider } from '../../../kernel/http/sign-in.ts'

/** How an id_token is bent. */
export interface BentToken {
  /** In place of the right claims; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly otherKey?: boolean
  readonly noSignature?: boolean
}

/** A provider that answers whatever a test wants, to see what is noticed. */
export interface RogueProvider {
  readonly entry: OidcProvider
  bent: BentToken
  /** The address that it would send the browser to, for the address it was asked at. */
  answer(start: string): string
  close(): Promise<void>
}

export async function rogueProvider(ours: string, id = 'rogue'): Promise<RogueProvider> {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const state: { bent: BentToken } = { bent: {} }
  let nonce = ''
  let issuer = ''
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const reply = path.startsWith('/.well-known/')
      ? {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        }
      : path === '/jwks'
        ? { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] }
        : { access_token: 'x', token_type: 'Bearer', id_token: token(issuer, nonce, state.bent, key, other) }
    request.resume()
    response.setHeader('content-type', 'application/json').end(JSON.stringify(reply))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(state, {
    entry: { id, name: 'Rogue', issuer, clientId: 'bergfried', clientSecret: 'a secret of this test' },
    answer: (start: string) => {
      const asked = new URL(start).searchParams
      nonce = asked.get('nonce') ?? ''
      return `${ours}/api/sign-in/oidc/${id}/callback?code=c&state=${asked.get('state')}`
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

type Pair = { readonly privateKey: KeyObject }

function token(issuer: string, nonce: string, bent: BentToken, key: Pair, other: Pair): string {
  const now = Math.floor(systemClock.now().getTime() / 1000)
  const claims = {
    iss: issuer,
    sub: 'u-1',
    aud: 'bergfried',
    iat: now,
    exp: now + 300,
    nonce,
    email: 'owner@example.com',
    email_verified: true,
    ...bent.claims,
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'RS256', kid: 'k', ...bent.header })}.${part(claims)}`
  if (bent.noSignature === true) return `${signed}.`
  const { privateKey } = bent.otherKey === true ? other : key
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}
