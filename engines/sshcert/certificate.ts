import type { CertificateEntry } from './certificate-options.ts'
import { MOST_OPTION_BYTES, readEntries } from './certificate-options.ts'
import { malformed, refused, tooLarge, unsupported } from './errors.ts'
import { CERTIFICATE_TYPES, certifiedType } from './key-types.ts'
import {
  decodePublicKey,
  formatKeyLine,
  MOST_KEY_BYTES,
  type PublicKey,
  readKeyParts,
  splitKeyLine,
} from './public-key.ts'
import { WireReader } from './wire-reader.ts'

export type CertificateKind = 'user' | 'host'

/** An OpenSSH certificate of version 01 (PROTOCOL.certkeys), read and not yet believed: see `verify-certificate.ts`. */
export interface Certificate {
  readonly kind: CertificateKind
  /** Whose it is. */
  readonly subject: PublicKey
  readonly nonce: Uint8Array
  /** 0 where the authority does not number its certificates. */
  readonly serial: bigint
  readonly keyId: string
  /** Names of accounts or hosts. Where there are none, the format means everybody; this package never accepts that. */
  readonly principals: readonly string[]
  /** Unix time in seconds. */
  readonly validAfter: bigint
  /** Unix time in seconds, itself not included. 2^64 - 1 means for ever. */
  readonly validBefore: bigint
  readonly criticalOptions: readonly CertificateEntry[]
  readonly extensions: readonly CertificateEntry[]
  readonly authority: PublicKey
  /** As SSH writes it. */
  readonly signature: Uint8Array
  /** What the authority signed: the first bytes of `blob`. */
  readonly signed: Uint8Array
  /** The whole certificate. */
  readonly blob: Uint8Array
}

/** A certificate as a line of text: what a `-cert.pub` file holds. */
export interface CertificateLine {
  readonly certificate: Certificate
  readonly comment: string
}

/** As `SSHKEY_CERT_MAX_PRINCIPALS`. */
export const MOST_PRINCIPALS = 256
export const MOST_NAME_BYTES = 1024
const MOST_CERTIFICATE_BYTES = 262_144
const MOST_PRINCIPALS_BYTES = MOST_PRINCIPALS * (MOST_NAME_BYTES + 4)
const KINDS: ReadonlyMap<number, CertificateKind> = new Map([
  [1, 'user'],
  [2, 'host'],
])

/**
 * Reads a certificate to its last byte. The signature is not checked here.
 *
 * @throws {SshError} `malformed`, `too_large`, `unsupported`: a key type or version that is not known here
 */
export function decodeCertificate(blob: Uint8Array): Certificate {
  if (blob.length > MOST_CERTIFICATE_BYTES) throw tooLarge(`certificate: ${blob.length} bytes`)
  const own = Uint8Array.from(blob)
  const reader = new WireReader(own, 'certificate')
  const type = certifiedType(reader.text(64))
  if (type === undefined) throw unsupported('certificate: a type that is not known here')
  const nonce = reader.string(MOST_NAME_BYTES)
  const subject = readKeyParts(reader, type)
  const serial = reader.uint64()
  const kind = KINDS.get(reader.uint32())
  if (kind === undefined) throw malformed('certificate: neither of a user nor of a host')
  const keyId = reader.text(MOST_NAME_BYTES)
  const principals = readPrincipals(reader.nested(MOST_PRINCIPALS_BYTES, 'principals'))
  const validAfter = reader.uint64()
  const validBefore = reader.uint64()
  const criticalOptions = readEntries(reader.nested(MOST_OPTION_BYTES, 'critical options'))
  const extensions = readEntries(reader.nested(MOST_OPTION_BYTES, 'extensions'))
  if (reader.string(MOST_NAME_BYTES).length > 0) throw unsupported('certificate: contents in the reserved field')
  const authority = decodePublicKey(reader.string(MOST_KEY_BYTES))
  const signed = own.subarray(0, reader.at)
  const signature = reader.string(MOST_KEY_BYTES)
  reader.end()
  return {
    kind,
    subject,
    nonce,
    serial,
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    authority,
    signature,
    signed,
    blob: own,
  }
}

/**
 * Reads the line of a `-cert.pub` file.
 *
 * @throws {SshError} as {@link decodeCertificate}
 */
export function parseCertificate(line: string): CertificateLine {
  const { type, blob, comment } = splitKeyLine(line)
  const certificate = decodeCertificate(blob)
  if (certificateType(certificate) !== type) throw malformed('certificate: another type before it than in it')
  return { certificate, comment }
}

/** The line of a `-cert.pub` file, without its end. */
export const formatCertificate = (certificate: Certificate, comment = ''): string =>
  formatKeyLine(certificateType(certificate), certificate.blob, comment)

/** Name of the certificate's type, as `ssh-ed25519-cert-v01@openssh.com`. */
export function certificateType({ subject }: Pick<Certificate, 'subject'>): string {
  const name = CERTIFICATE_TYPES.get(subject.type)
  if (name === undefined) throw refused('certificate: a key that none can be made for')
  return name
}

function readPrincipals(reader: WireReader): readonly string[] {
  const principals: string[] = []
  while (reader.left > 0) {
    if (principals.length === MOST_PRINCIPALS) throw tooLarge('certificate: more than 256 principals')
    principals.push(reader.text(MOST_NAME_BYTES))
  }
  return principals
}
