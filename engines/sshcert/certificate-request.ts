import { type CertificateKind, certificateType, MOST_NAME_BYTES, MOST_PRINCIPALS } from './certificate.ts'
import {
  type CriticalOptions,
  criticalEntries,
  type Extension,
  extensionEntries,
  writeEntries,
} from './certificate-options.ts'
import { malformed, refused, tooLarge } from './errors.ts'
import type { PublicKey } from './public-key.ts'
import { isUint64, WireWriter } from './wire-writer.ts'

/** What a certificate shall say. Nothing is added: no extension, no principal, no time that is not asked for. */
export interface CertificateRequest {
  readonly kind: CertificateKind
  /** Whose it will be. */
  readonly subject: PublicKey
  /** At least 1: serial 0 cannot be revoked. Dense numbers per authority keep revocation lists small. */
  readonly serial: bigint
  /** Ends up in sshd's log with each login. No control characters. */
  readonly keyId: string
  /** At least one. Without blanks, commas and control characters, which other places of OpenSSH divide lists by. */
  readonly principals: readonly string[]
  /** Unix time in seconds. */
  readonly validAfter: bigint
  /** Unix time in seconds, itself not included. */
  readonly validBefore: bigint
  /** Of users alone. */
  readonly criticalOptions?: CriticalOptions
  /** Of users alone; none where not given. */
  readonly extensions?: readonly Extension[]
  /** Bytes that nobody can foresee, 16 to 64 (`freshNonce` of `key-object-signer.ts`). */
  readonly nonce: Uint8Array
}

/** How far an authority goes. */
export interface CertificateLimits {
  /** Longest time from `validAfter` to `validBefore`, in seconds. */
  readonly longestSeconds: bigint
}

/**
 * The bytes that an authority signs for a certificate (PROTOCOL.certkeys): everything but the signature.
 *
 * @param authority the key that will sign
 * @throws {SshError} `refused`: against the limits or the rules of {@link CertificateRequest}; `malformed`, `too_large`
 */
export function bytesToSign(request: CertificateRequest, authority: PublicKey, limits: CertificateLimits): Uint8Array {
  checkRequest(request, limits)
  const { subject, kind, serial, keyId, principals, validAfter, validBefore, nonce } = request
  const critical = criticalEntries(request.criticalOptions ?? {})
  const extensions = extensionEntries(request.extensions ?? [])
  if (kind === 'host' && critical.length + extensions.length > 0) {
    throw refused('certificate: options and extensions, of which hosts have none')
  }
  const type = certificateType(request)
  const writer = new WireWriter(1024).string(type).string(nonce)
  // A key's wire form after its name is what a certificate holds of it.
  writer.raw(subject.blob.subarray(4 + subject.type.length))
  writer.uint64(serial).uint32(kind === 'user' ? 1 : 2)
  writer.string(keyId)
  writer.nested((inner) => {
    for (const principal of principals) inner.string(principal)
  })
  writer.uint64(validAfter).uint64(validBefore)
  writeEntries(writer, critical)
  writeEntries(writer, extensions)
  return writer.string('').string(authority.blob).bytes()
}

function checkRequest(request: CertificateRequest, { longestSeconds }: CertificateLimits): void {
  const { kind, serial, keyId, principals, validAfter, validBefore, nonce } = request
  if (kind !== 'user' && kind !== 'host') throw refused('certificate: neither of a user nor of a host')
  if (!isUint64(serial)) throw malformed('certificate: a serial that is no uint64')
  if (serial === 0n) throw refused('certificate: serial 0, which cannot be revoked')
  if (!isText(keyId)) throw malformed('certificate: a key id with control characters, or none')
  if (Buffer.byteLength(keyId) > MOST_NAME_BYTES) throw tooLarge('certificate: the key id')
  checkPrincipals(principals)
  if (!isUint64(validAfter) || !isUint64(validBefore)) throw malformed('certificate: a time that is no uint64')
  if (validAfter >= validBefore) throw refused('certificate: it would end before it begins')
  if (validBefore - validAfter > longestSeconds) {
    throw refused(`certificate: ${validBefore - validAfter} s, and ${longestSeconds} s are the most`)
  }
  if (nonce.length < 16 || nonce.length > 64) throw malformed('certificate: a nonce that is not 16 to 64 bytes long')
}

function checkPrincipals(principals: readonly string[]): void {
  if (principals.length === 0) throw refused('certificate: no principal')
  if (principals.length > MOST_PRINCIPALS) throw tooLarge('certificate: more than 256 principals')
  if (new Set(principals).size !== principals.length) throw refused('certificate: a principal twice')
  for (const principal of principals) {
    if (!isPrincipal(principal)) throw refused('certificate: a principal that is empty, or has blanks or commas')
    if (Buffer.byteLength(principal) > MOST_NAME_BYTES) throw tooLarge('certificate: a principal')
  }
}

/** Whether a name can be a principal everywhere: in certificates, in files of principals, in lists with commas. */
export const isPrincipal = (name: string): boolean => isText(name) && !/[\s,"]/u.test(name) && !name.startsWith('#')

/** Neither empty nor with anything that breaks a line of a log; and well-formed, or it would be written as something else. */
const isText = (text: string): boolean => text !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.isWellFormed()
