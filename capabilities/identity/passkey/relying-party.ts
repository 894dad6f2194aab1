import { isIP } from 'node:net'
import { BergfriedError } from '../../../kernel/errors.ts'

/** To whom passkeys of this installation are bound (WebAuthn Level 3, sections 5.1.2 and 13.4.9). */
export interface RelyingParty {
  /** The host name of the public address. */
  readonly id: string
  readonly origin: string
}

/** Null where the address cannot carry passkeys: a number in place of a name, or neither TLS nor localhost. */
export function relyingPartyOf(url: string): RelyingParty | null {
  const { hostname, protocol, origin } = new URL(url)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return null
  return protocol === 'https:' || hostname === 'localhost' ? { id: hostname, origin } : null
}

/** @throws {BergfriedError} `identity.passkeys_unavailable` */
export function needRelyingParty(url: string): RelyingParty {
  const party = relyingPartyOf(url)
  if (party === null) throw new BergfriedError('identity.passkeys_unavailable', { url })
  return party
}
