import { inNetworks } from './address.ts'
import type { Certificate, CertificateKind } from './certificate.ts'
import { type Extension, type Restrictions, readExtensions, readRestrictions } from './certificate-options.ts'
import { refused, SshError, unverified } from './errors.ts'
import { isRevoked, type RevocationList } from './krl.ts'
import { fitsPattern } from './pattern.ts'
import { type PublicKey, sameKey } from './public-key.ts'
import { verifySignature } from './verify-signature.ts'

/** What a certificate must be to be believed. */
export interface Expected {
  readonly kind: CertificateKind
  /** Keys that are trusted to certify. */
  readonly authorities: readonly PublicKey[]
  /** Unix time in seconds. */
  readonly at: bigint
  /** Name of the account or the host. For a host, a principal may be a pattern. */
  readonly principal: string
  /** Where the client comes from. Without it, a certificate that is bound to networks is refused. */
  readonly address?: string
  /**
   * Options that the caller will carry out. A certificate with one that is not listed is refused, as the format demands of
   * whoever does not know an option.
   */
  readonly enforces?: readonly ('force-command' | 'verify-required')[]
  /** Keys and certificates that are no longer valid. */
  readonly revoked?: RevocationList
}

/** A certificate that is believed, and what binds its holder. */
export interface VerifiedCertificate {
  readonly certificate: Certificate
  readonly restrictions: Restrictions
  readonly extensions: ReadonlySet<Extension>
}

/**
 * Verifies a certificate: authority, signature, kind, time, principal, critical options, revocation.
 *
 * @throws {SshError} `unverified`: by nobody trusted, or the signature does not hold; `expired`: not yet or no longer valid;
 *   `refused`: kind, principal, address, options, revoked; `malformed`, `unsupported`
 */
export function verifyCertificate(certificate: Certificate, expected: Expected): VerifiedCertificate {
  const authority = expected.authorities.find((key) => sameKey(key, certificate.authority))
  if (authority === undefined) throw unverified('certificate: by an authority that is not trusted')
  verifySignature(authority, certificate.signature, certificate.signed)
  if (certificate.kind !== expected.kind) throw refused(`certificate: of a ${certificate.kind}`)
  checkTime(certificate, expected.at)
  checkPrincipal(certificate, expected.principal)
  const revocation = expected.revoked === undefined ? null : isRevoked(expected.revoked, certificate)
  if (revocation !== null) throw refused(`certificate: revoked by ${revocation}`)
  return {
    certificate,
    restrictions: checkOptions(certificate, expected),
    extensions: readExtensions(certificate.kind === 'user' ? certificate.extensions : []),
  }
}

function checkTime({ validAfter, validBefore }: Certificate, at: bigint): void {
  if (at < validAfter) throw new SshError('expired', `certificate: valid from ${validAfter} on`)
  if (at >= validBefore) throw new SshError('expired', `certificate: valid until ${validBefore}`)
}

/** Case counts, as in sshd. */
function checkPrincipal({ kind, principals }: Certificate, wanted: string): void {
  if (principals.length === 0) throw refused('certificate: for no principal, which would mean for all')
  const fits = (principal: string): boolean =>
    kind === 'host' ? fitsPattern(wanted, principal) : principal === wanted && wanted !== ''
  if (!principals.some(fits)) throw refused('certificate: for other principals')
}

function checkOptions({ kind, criticalOptions }: Certificate, { address, enforces = [] }: Expected): Restrictions {
  if (kind === 'host' && criticalOptions.length > 0) throw refused('certificate: of a host, with critical options')
  const restrictions = readRestrictions(criticalOptions)
  const { forceCommand, sourceAddresses, verifyRequired } = restrictions
  if (forceCommand !== null && !enforces.includes('force-command')) {
    throw refused('certificate: bound to a command, which is not enforced here')
  }
  if (verifyRequired && !enforces.includes('verify-required')) {
    throw refused('certificate: bound to a recognised user, which is not enforced here')
  }
  if (sourceAddresses !== null) {
    if (address === undefined) throw refused('certificate: bound to networks, and the address is not known')
    if (!inNetworks(address, sourceAddresses)) throw refused('certificate: not from this address')
  }
  return restrictions
}
