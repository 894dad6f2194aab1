import { type AllowedSigner, checkOrder } from './allowed-signers.ts'
import { refused, SshError, unverified } from './errors.ts'
import { isRevoked, type RevocationList } from './krl.ts'
import { fitsPatternList } from './pattern.ts'
import { sameKey } from './public-key.ts'
import { checkMessage, type MessageSignature, type VerifiedMessage } from './sshsig.ts'
import { type LocalTime, resolveTimespec } from './timespec.ts'
import { verifyCertificate } from './verify-certificate.ts'
import type { Presence } from './verify-signature.ts'

/** What a signature by an allowed signer must be. */
export interface ExpectedSigner {
  /** Name of the signer, as `ssh-keygen -Y verify -I` takes it. */
  readonly identity: string
  readonly namespace: string
  /** Unix time in seconds. */
  readonly at: bigint
  readonly presence?: Presence
  readonly revoked?: RevocationList
  /** Without it, a line with a time of the host's time zone is refused. */
  readonly localTime?: LocalTime
}

/** The line of the allowed signer that a signature counts by. */
export interface AllowedMessage extends VerifiedMessage {
  readonly signer: AllowedSigner
}

/**
 * Whether a named signer may sign for a namespace and did (`ssh-keygen -Y verify`). A signature with a certificate counts by a
 * line with `cert-authority`; the certificate must be a user's, valid, and name the signer. Unlike ssh-keygen, a certificate
 * with options that mean nothing here (a command, networks) is refused.
 *
 * @throws {SshError} `unverified`: no line allows it, or it does not hold; `expired`; `refused`: revoked, certificate; others of
 *   reading
 */
export function verifyAllowedMessage(
  signed: MessageSignature,
  message: Uint8Array,
  signers: readonly AllowedSigner[],
  expected: ExpectedSigner,
): AllowedMessage {
  const subject = signed.certificate ?? signed.key
  const revocation = expected.revoked === undefined ? null : isRevoked(expected.revoked, subject)
  if (revocation !== null) throw refused(`SSH signature: by a key revoked by ${revocation}`)
  let reason = unverified('SSH signature: by nobody who is allowed')
  for (const signer of signers) {
    if (!matches(signer, signed, expected)) continue
    try {
      checkTimes(signer, expected)
      return { signer, ...verifyBy(signer, signed, message, expected) }
    } catch (error) {
      // Another line may allow what this one does not.
      if (!(error instanceof SshError)) throw error
      reason = error
    }
  }
  throw reason
}

/** Whether a line speaks of this key, signer and namespace. */
function matches(signer: AllowedSigner, signed: MessageSignature, { identity, namespace }: ExpectedSigner): boolean {
  const key = signed.certificate?.authority ?? signed.key
  return (
    signer.certAuthority === (signed.certificate !== null) &&
    sameKey(signer.key, key) &&
    fitsPatternList(identity, signer.principals) &&
    (signer.namespaces === null || fitsPatternList(namespace, signer.namespaces))
  )
}

function checkTimes({ validAfter, validBefore }: AllowedSigner, { at, localTime }: ExpectedSigner): void {
  const from = validAfter === null ? null : resolveTimespec(validAfter, localTime)
  const until = validBefore === null ? null : resolveTimespec(validBefore, localTime)
  if (from !== null && until !== null) checkOrder(from, until)
  if (from !== null && at < from) throw new SshError('expired', 'SSH signature: by a key that is not yet allowed')
  if (until !== null && at > until) throw new SshError('expired', 'SSH signature: by a key that is no longer allowed')
}

function verifyBy(
  signer: AllowedSigner,
  signed: MessageSignature,
  message: Uint8Array,
  { identity, namespace, at, presence = {} }: ExpectedSigner,
): VerifiedMessage {
  const { key, certificate } = signed
  if (certificate === null) return { key, ...checkMessage(signed, message, namespace, presence) }
  const { restrictions } = verifyCertificate(certificate, {
    kind: 'user',
    authorities: [signer.key],
    at,
    principal: identity,
    enforces: ['verify-required'],
  })
  const needed = restrictions.verifyRequired ? { ...presence, userVerified: true } : presence
  return { key, ...checkMessage(signed, message, namespace, needed) }
}
