import { Secret, TOTP } from 'otpauth'
import type { Route } from '../../../kernel/http/route.ts'
import type { OidcProvider } from '../../../kernel/http/sign-in.ts'
import { type TestDatabase, testDatabase, wipe } from '../../../kernel/testing/cluster.ts'
import { TEST_SIGN_IN, type TestHttp, testHttp } from '../../../kernel/testing/http.ts'
import type { Role } from '../contract.ts'
import { openGate } from '../gate.ts'
import { createSetupLink } from '../links/link-store.ts'
import { Authenticator } from './authenticator.ts'
import { type Answer, Browser } from './browser.ts'
import { IDENTITY_ROUTES } from './identity-routes.ts'

export const PASSWORD = 'nine horses under a staple'
export const ORIGIN = TEST_SIGN_IN.url

/** A server with the routes of this capability and its gate, on a database of its own. */
export interface IdentityStage extends TestHttp {
  readonly db: TestDatabase
  /** A browser that nobody is signed in with. */
  browser(address?: string): Browser
  /** Empties everything. */
  wipe(): Promise<void>
  end(): Promise<void>
}

export async function identityStage(
  options: { providers?: readonly OidcProvider[]; routes?: readonly Route[]; url?: string } = {},
): Promise<IdentityStage> {
  const db = await testDatabase()
  const server = await testHttp(db, [...IDENTITY_ROUTES, ...(options.routes ?? [])], {
    policy: { controls: [] } as never,
    checks: new Map(),
    signIn: { ...TEST_SIGN_IN, url: options.url ?? ORIGIN, providers: options.providers ?? [] },
    gate: openGate,
  })
  return {
    ...server,
    db,
    browser: (address) => new Browser(server.http, address),
    wipe: () => wipe(db),
    end: async () => {
      await server.http.close()
      await db.close()
    },
  }
}

/** Somebody with a browser, signed in. */
export interface Somebody {
  readonly id: string
  readonly login: string
  readonly browser: Browser
  /** Holds the passkey, where there is one. */
  readonly authenticator: Authenticator
  /** Secret of the one-time codes in base32, where there is one. */
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** Walks through a link in a browser of its own. */
export async function complete(
  stage: IdentityStage,
  token: string,
  who: { login: string; method?: 'passkey' | 'password'; organisation?: unknown; kind?: 'ES256' | 'EdDSA' },
): Promise<Somebody & { readonly answer: Answer }> {
  const browser = stage.browser()
  const authenticator = new Authenticator(ORIGIN, who.kind)
  const { login, organisation } = who
  const name = login.split('@')[0] ?? login
  const opened = await browser.post('/api/setup/open', { token })
  const secret = (opened.body as { totp?: { secret: string } }).totp?.secret ?? ''
  const method = await (who.method === 'password'
    ? { kind: 'password', password: PASSWORD, totpSecret: secret, code: codeOf(stage, secret) }
    : passkeyMethod(browser, authenticator, token, name, login))
  const answer = await browser.post('/api/setup/complete', {
    token,
    language: 'de',
    name,
    login,
    method,
    ...(organisation === undefined ? {} : { organisation }),
  })
  const { session, recoveryCodes = [] } = answer.body as {
    session?: { person: { id: string } }
    recoveryCodes?: string[]
  }
  return { id: session?.person.id ?? '', login, browser, authenticator, secret, recoveryCodes, answer }
}

async function passkeyMethod(
  browser: Browser,
  authenticator: Authenticator,
  token: string,
  name: string,
  login: string,
) {
  const { body } = await browser.post('/api/setup/passkey/options', { token, name, login })
  const { ceremony, options } = body as { ceremony: string; options: object }
  return { kind: 'passkey', ceremony, credential: authenticator.create(options), label: 'Key' }
}

/** The one-time code of this moment, or of a step further. */
export const codeOf = ({ clock }: IdentityStage, secret: string, stepsOn = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now().getTime() + stepsOn * 30_000 })

/** The first owner. */
export async function setUp(stage: IdentityStage, method: 'passkey' | 'password' = 'passkey') {
  const token = await createSetupLink(stage.db.stage('bf_identity'), stage.clock.now())
  return complete(stage, token ?? '', { login: 'owner@example.com', method })
}

/** Somebody else, invited by an owner and joined. */
export async function join(
  stage: IdentityStage,
  owner: Somebody,
  login: string,
  roles: readonly Role[],
  method: 'passkey' | 'password' = 'passkey',
): Promise<Somebody> {
  const made = await owner.browser.post('/api/accounts', { name: login.split('@')[0], login, roles })
  const { link } = made.body as { link: string }
  return complete(stage, link.slice(link.indexOf('#') + 1), { login, method })
}

/** Signs in with the newest passkey of somebody, in another browser. */
export async function withPasskey(browser: Browser, { authenticator }: Pick<Somebody, 'authenticator'>) {
  const { body } = await browser.post('/api/sign-in/passkey/options')
  const { ceremony, options } = body as { ceremony: string; options: object }
  return browser.post('/api/sign-in/passkey', { ceremony, credential: authenticator.get(options) })
}
