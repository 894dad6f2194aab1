import { fromBase64, sameBytes, toBase64 } from './bytes.ts'
import { checkPoint } from './curve-point.ts'
import { malformed, tooLarge, unsupported } from './errors.ts'
import { curveOf, type EcdsaType, isCertificateType, isKeyType } from './key-types.ts'
import { MOST_MPINT_BYTES, WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** Longest blob of a key: RSA with 16,384 bits and room for its names. */
export const MOST_KEY_BYTES = 8192
const MOST_APPLICATION_BYTES = 1024
const LEAST_RSA_BITS = 1024

interface Blob {
  /** Wire form of the key (RFC 4253 section 6.6): the one by which keys are compared and fingerprinted. */
  readonly blob: Uint8Array
}

/** Ed25519 (RFC 8709): `point` of 32 bytes. */
export interface Ed25519Key extends Blob {
  readonly type: 'ssh-ed25519'
  readonly point: Uint8Array
}

/** ECDSA (RFC 5656): `point` uncompressed. */
export interface EcdsaKey extends Blob {
  readonly type: EcdsaType
  readonly point: Uint8Array
}

/** RSA (RFC 4253): exponent and modulus, big endian without leading zeros. */
export interface RsaKey extends Blob {
  readonly type: 'ssh-rsa'
  readonly exponent: Uint8Array
  readonly modulus: Uint8Array
}

/** A key in a FIDO authenticator (PROTOCOL.u2f), which signs for its `application` alone, mostly `ssh:`. */
export interface SecurityKey extends Blob {
  readonly type: 'sk-ssh-ed25519@openssh.com' | 'sk-ecdsa-sha2-nistp256@openssh.com'
  readonly point: Uint8Array
  readonly application: string
}

export type PublicKey = Ed25519Key | EcdsaKey | RsaKey | SecurityKey

/** A key as a line of text: `type base64 comment`. */
export interface PublicKeyLine {
  readonly key: PublicKey
  /** May be empty. */
  readonly comment: string
}

/**
 * The key of a wire form, to its last byte.
 *
 * @throws {SshError} `malformed`, `too_large`, `unsupported`: another type, a certificate too
 */
export function decodePublicKey(blob: Uint8Array): PublicKey {
  if (blob.length > MOST_KEY_BYTES) throw tooLarge(`public key: ${blob.length} bytes`)
  const own = Uint8Array.from(blob)
  const reader = new WireReader(own, 'public key')
  const key = readKeyParts(reader, reader.text(64), own)
  reader.end()
  return key
}

/**
 * The parts of a key after its type, as keys and certificates hold them.
 *
 * @param blob the wire form where it is known; else it is made
 * @throws {SshError} as {@link decodePublicKey}
 */
export function readKeyParts(reader: WireReader, type: string, blob?: Uint8Array): PublicKey {
  if (isCertificateType(type)) throw unsupported('public key: a certificate where a key belongs')
  if (!isKeyType(type)) throw unsupported('public key: a type that is not known here')
  switch (type) {
    case 'ssh-ed25519':
      return ed25519Key(reader.string(64), blob)
    case 'ssh-rsa': {
      const exponent = reader.mpint()
      return rsaKey(exponent, reader.mpint(), blob)
    }
    case 'sk-ssh-ed25519@openssh.com': {
      const point = reader.string(64)
      return securityKey(type, point, reader.text(MOST_APPLICATION_BYTES), blob)
    }
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const point = readPoint(reader, type)
      return securityKey(type, point, reader.text(MOST_APPLICATION_BYTES), blob)
    }
    default:
      return ecdsaKey(type, readPoint(reader, type), blob)
  }
}

/** @throws {SshError} `malformed` where the point has not 32 bytes */
export function ed25519Key(point: Uint8Array, blob?: Uint8Array): Ed25519Key {
  if (point.length !== 32) throw malformed('ssh-ed25519: not a point of 32 bytes')
  const type = 'ssh-ed25519'
  return { type, point, blob: blob ?? new WireWriter().string(type).string(point).bytes() }
}

/** @throws {SshError} `malformed` where the point is not on the curve */
export function ecdsaKey(type: EcdsaType, point: Uint8Array, blob?: Uint8Array): EcdsaKey {
  const curve = curveOf(type)
  checkPoint(curve, point)
  return { type, point, blob: blob ?? new WireWriter().string(type).string(curve.id).string(point).bytes() }
}

/** @throws {SshError} `malformed`, or `unsupported` below 1,024 bits, the least that OpenSSH reads */
export function rsaKey(exponent: Uint8Array, modulus: Uint8Array, blob?: Uint8Array): RsaKey {
  const odd = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 1
  if (!odd(exponent) || !odd(modulus) || bitLength(exponent) < 2) {
    throw malformed('ssh-rsa: an exponent or modulus that no RSA key has')
  }
  if (modulus.length > MOST_MPINT_BYTES) throw tooLarge(`ssh-rsa: ${bitLength(modulus)} bits`)
  if (bitLength(modulus) < LEAST_RSA_BITS) throw unsupported(`ssh-rsa: ${bitLength(modulus)} bits`)
  const type = 'ssh-rsa'
  return { type, exponent, modulus, blob: blob ?? new WireWriter().string(type).mpint(exponent).mpint(modulus).bytes() }
}

/** @throws {SshError} `malformed` where the point is none of its type */
export function securityKey(
  type: SecurityKey['type'],
  point: Uint8Array,
  application: string,
  blob?: Uint8Array,
): SecurityKey {
  const writer = new WireWriter().string(type)
  if (type === 'sk-ecdsa-sha2-nistp256@openssh.com') {
    checkPoint(curveOf(type), point)
    writer.string(curveOf(type).id)
  } else if (point.length !== 32) throw malformed('sk-ssh-ed25519: not a point of 32 bytes')
  return { type, point, application, blob: blob ?? writer.string(point).string(application).bytes() }
}

/**
 * Reads `type base64 comment`. The type must be the one inside.
 *
 * @throws {SshError} `malformed`, `too_large`, `unsupported`
 */
export function parsePublicKey(line: string): PublicKeyLine {
  const { type, blob, comment } = splitKeyLine(line)
  const key = decodePublicKey(blob)
  if (key.type !== type) throw malformed('public key: another type before the key than in it')
  return { key, comment }
}

/** `type base64 comment` on one line, without its end. */
export function formatPublicKey(key: PublicKey, comment = ''): string {
  return formatKeyLine(key.type, key.blob, comment)
}

/**
 * Type, bytes and comment of a line of a key or of a certificate.
 *
 * @throws {SshError} `malformed`, `too_large`
 */
export function splitKeyLine(line: string): { type: string; blob: Uint8Array; comment: string } {
  if (line.length > 65_536) throw tooLarge(`key: a line of ${line.length} characters`)
  const found = /^[ \t]*([!-~]{1,64})[ \t]+([A-Za-z0-9+/=]+)(?:[ \t]+([^\r\n]*))?\r?\n?$/.exec(line)
  const blob = fromBase64(found?.[2] ?? '')
  if (found === null || blob === null) throw malformed('key: not a line of type, base64 and comment')
  return { type: found[1] ?? '', blob, comment: (found[3] ?? '').trimEnd() }
}

/** @throws {SshError} `malformed` where the comment would be a line of its own */
export function formatKeyLine(type: string, blob: Uint8Array, comment: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(comment)) throw malformed('key: a control character in the comment')
  return comment === '' ? `${type} ${toBase64(blob)}` : `${type} ${toBase64(blob)} ${comment}`
}

export const sameKey = (a: PublicKey, b: PublicKey): boolean => sameBytes(a.blob, b.blob)

export const isSecurityKey = (key: PublicKey): key is SecurityKey =>
  key.type === 'sk-ssh-ed25519@openssh.com' || key.type === 'sk-ecdsa-sha2-nistp256@openssh.com'

/** Bits of a number without leading zero bytes. */
export function bitLength(number: Uint8Array): number {
  return number.length === 0 ? 0 : number.length * 8 - (Math.clz32(number[0] ?? 0) - 24)
}

function readPoint(reader: WireReader, type: EcdsaType | 'sk-ecdsa-sha2-nistp256@openssh.com'): Uint8Array {
  if (reader.text(32) !== curveOf(type).id) throw malformed('public key: another curve than its type says')
  return reader.string(256)
}
