import type { Lang } from '../i18n/text.ts'

/** An OpenID Connect provider that people may sign in with. */
export interface OidcProvider {
  /** Part of addresses: a word of lower-case letters, digits and hyphens. */
  readonly id: string
  /** What the button says. */
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What sign-in needs to know of this installation. */
export interface SignIn {
  /** Where browsers reach this server: scheme, host, port, no slash at the end. Passkeys are bound to its host. */
  readonly url: string
  readonly providers: readonly OidcProvider[]
  /** 32 bytes from the data folder; seals TOTP secrets and one-time states, so that a copy of the database alone gives neither. */
  readonly key: Buffer
  /** Language of whoever has not chosen one. */
  readonly language: Lang
}

/**
 * Name of the cookie that carries a session. With TLS it is bound to the very host by its prefix (RFC 6265bis, section
 * 4.1.3.2); browsers take that prefix over TLS alone.
 */
export const sessionCookie = (url: string): string =>
  url.startsWith('https://') ? '__Host-bergfried' : 'bergfried-session'
