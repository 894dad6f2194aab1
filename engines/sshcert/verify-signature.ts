import { verify } from 'node:crypto'
import { utf8 } from './bytes.ts'
import { unsupported, unverified } from './errors.ts'
import { sha256 } from './fingerprint.ts'
import { toKeyObject } from './key-object.ts'
import { curveOf } from './key-types.ts'
import { bitLength, isSecurityKey, type PublicKey, type SecurityKey } from './public-key.ts'
import { type AuthenticatorState, decodeSignature, type RawSignature, type SignatureAlgorithm } from './signature.ts'
import { WireWriter } from './wire-writer.ts'

/** Least that NIST SP 800-131A allows; sshd alone would take 1,024. */
const LEAST_RSA_BITS = 2048
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04

/** What a signature that holds says. */
export interface VerifiedSignature {
  readonly algorithm: SignatureAlgorithm
  /** Of security keys; null for others. */
  readonly authenticator: VerifiedAuthenticator | null
}

export interface VerifiedAuthenticator {
  /** Somebody touched it. */
  readonly userPresent: boolean
  /** It recognised who did, by PIN or finger. */
  readonly userVerified: boolean
  /** Signatures made before, as far as the authenticator counts. */
  readonly counter: number
}

/** What a signature of a security key must say. Other keys say nothing, and pass `userPresent` alone. */
export interface Presence {
  /** True where not given: as sshd does unless `no-touch-required`. */
  readonly userPresent?: boolean
  /** False where not given: as sshd does unless `verify-required`. A key that is not in an authenticator never passes. */
  readonly userVerified?: boolean
}

/**
 * Whether a signature over a message holds.
 *
 * @param blob the signature as SSH writes it
 * @throws {SshError} `unverified`: it does not, or the authenticator says less than asked; `unsupported`: SHA-1, WebAuthn, RSA
 *   below 2,048 bits; `malformed`, `too_large`
 */
export function verifySignature(
  key: PublicKey,
  blob: Uint8Array,
  message: Uint8Array,
  presence: Presence = {},
): VerifiedSignature {
  const signature = decodeSignature(key, blob)
  if (key.type === 'ssh-rsa' && bitLength(key.modulus) < LEAST_RSA_BITS) {
    throw unsupported(`ssh-rsa: ${bitLength(key.modulus)} bits, and ${LEAST_RSA_BITS} are the least for a signature`)
  }
  const { authenticator } = signature
  const signed = isSecurityKey(key) && authenticator !== null ? signedData(key, authenticator, message) : message
  if (!holds(key, signature, signed)) throw unverified('the signature does not hold')
  const said = authenticator === null ? null : read(authenticator)
  if (said !== null && presence.userPresent !== false && !said.userPresent) {
    throw unverified('the authenticator signed without a touch')
  }
  if (presence.userVerified === true && said?.userVerified !== true) {
    throw unverified('the authenticator did not recognise its user')
  }
  return { algorithm: signature.algorithm, authenticator: said }
}

/** What an authenticator signs in place of the message (PROTOCOL.u2f, SSH U2F signatures). */
export function signedData(key: SecurityKey, { flags, counter }: AuthenticatorState, message: Uint8Array): Uint8Array {
  return new WireWriter(69)
    .raw(sha256(utf8(key.application)))
    .byte(flags)
    .uint32(counter)
    .raw(sha256(message))
    .bytes()
}

function holds(key: PublicKey, { algorithm, bytes }: RawSignature, message: Uint8Array): boolean {
  const object = toKeyObject(key)
  switch (key.type) {
    case 'ssh-ed25519':
    case 'sk-ssh-ed25519@openssh.com':
      return verify(null, message, object, bytes)
    case 'ssh-rsa':
      return verify(algorithm === 'rsa-sha2-256' ? 'sha256' : 'sha512', message, object, bytes)
    default:
      return verify(curveOf(key.type).hash, message, { key: object, dsaEncoding: 'ieee-p1363' }, bytes)
  }
}

const read = ({ flags, counter }: AuthenticatorState): VerifiedAuthenticator => ({
  userPresent: (flags & USER_PRESENT) !== 0,
  userVerified: (flags & USER_VERIFIED) !== 0,
  counter,
})
