import { malformed, tooLarge, unsupported } from './errors.ts'
import { curveOf, type EcdsaType } from './key-types.ts'
import { isSecurityKey, type PublicKey, type SecurityKey } from './public-key.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

const MOST_SIGNATURE_BYTES = 4096

export type RsaAlgorithm = 'rsa-sha2-256' | 'rsa-sha2-512'

/** Names of signatures. `ssh-rsa`, which is SHA-1, is none of them. */
export type SignatureAlgorithm = 'ssh-ed25519' | EcdsaType | SecurityKey['type'] | RsaAlgorithm

/**
 * What a signer makes, without the envelope of SSH: Ed25519 64 bytes (RFC 8032); ECDSA r and s of the curve's size each
 * (IEEE P1363, as PKCS#11 and WebCrypto give it); RSA the number of PKCS #1 v1.5 in the modulus's length.
 */
export interface RawSignature {
  readonly algorithm: SignatureAlgorithm
  readonly bytes: Uint8Array
  /** Of security keys, and of them always. */
  readonly authenticator: AuthenticatorState | null
}

/** What a FIDO authenticator says of the moment of signing (PROTOCOL.u2f). */
export interface AuthenticatorState {
  /** Bit 0: somebody was there; bit 2: and was recognised. */
  readonly flags: number
  readonly counter: number
}

/**
 * Wraps a signature as SSH writes it (RFC 4253 section 6.6, RFC 5656 section 3.1.2, RFC 8332, RFC 8709, PROTOCOL.u2f).
 *
 * @throws {SshError} `malformed`: a length that the algorithm never has
 */
export function encodeSignature({ algorithm, bytes, authenticator }: RawSignature): Uint8Array {
  const writer = new WireWriter().string(algorithm)
  if (isEcdsa(algorithm)) {
    const { size } = curveOf(algorithm)
    if (bytes.length !== 2 * size) throw malformed(`${algorithm}: not a signature of ${2 * size} bytes`)
    writer.nested((inner) => inner.mpint(bytes.subarray(0, size)).mpint(bytes.subarray(size)))
  } else {
    if (isEd25519(algorithm) && bytes.length !== 64) throw malformed(`${algorithm}: not a signature of 64 bytes`)
    writer.string(bytes)
  }
  if (isSecurityAlgorithm(algorithm) !== (authenticator !== null)) {
    throw malformed(`${algorithm}: flags and counter belong to security keys`)
  }
  if (authenticator !== null) writer.byte(authenticator.flags).uint32(authenticator.counter)
  return writer.bytes()
}

/**
 * Opens a signature made by a key of this type, to its last byte.
 *
 * @throws {SshError} `malformed`: another algorithm than the key's, too; `unsupported`: SHA-1, WebAuthn; `too_large`
 */
export function decodeSignature(key: PublicKey, blob: Uint8Array): RawSignature {
  if (blob.length > MOST_SIGNATURE_BYTES) throw tooLarge(`signature: ${blob.length} bytes`)
  const reader = new WireReader(blob, 'signature')
  const algorithm = algorithmFor(key, reader.text(64))
  const bytes = signatureBytes(key, algorithm, reader)
  const authenticator = isSecurityKey(key) ? { flags: reader.byte(), counter: reader.uint32() } : null
  reader.end()
  return { algorithm, bytes, authenticator }
}

/** Algorithm that a key signs with where nobody asks for another. */
export const usualAlgorithm = (key: PublicKey): SignatureAlgorithm =>
  key.type === 'ssh-rsa' ? 'rsa-sha2-512' : key.type

function algorithmFor(key: PublicKey, name: string): SignatureAlgorithm {
  if (name === 'ssh-rsa' || name === 'ssh-dss') throw unsupported('signature: made with SHA-1')
  if (name === 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com') throw unsupported('signature: made through WebAuthn')
  if (key.type === 'ssh-rsa') {
    if (name === 'rsa-sha2-256' || name === 'rsa-sha2-512') return name
  } else if (name === key.type) return key.type
  throw malformed(`signature: not of an algorithm of ${key.type}`)
}

function signatureBytes(key: PublicKey, algorithm: SignatureAlgorithm, reader: WireReader): Uint8Array {
  if (isEcdsa(algorithm)) {
    const { size } = curveOf(algorithm)
    const inner = reader.nested(2 * (size + 5), 'ECDSA signature')
    const bytes = new Uint8Array(2 * size)
    const [r, s] = [inner.mpint(size), inner.mpint(size)]
    inner.end()
    bytes.set(r, size - r.length)
    bytes.set(s, 2 * size - s.length)
    return bytes
  }
  const bytes = reader.string(MOST_SIGNATURE_BYTES)
  const length = key.type === 'ssh-rsa' ? key.modulus.length : 64
  if (bytes.length !== length) throw malformed(`signature: ${bytes.length} bytes where ${length} belong`)
  return bytes
}

const isSecurityAlgorithm = (algorithm: SignatureAlgorithm): boolean => algorithm.startsWith('sk-')

const isEd25519 = (algorithm: SignatureAlgorithm): boolean =>
  algorithm === 'ssh-ed25519' || algorithm === 'sk-ssh-ed25519@openssh.com'

const isEcdsa = (name: SignatureAlgorithm): name is EcdsaType | 'sk-ecdsa-sha2-nistp256@openssh.com' =>
  name.includes('ecdsa')
