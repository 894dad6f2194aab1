import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { viewOf } from './bytes.ts'
import { coordinates } from './curve-point.ts'
import { malformed, unsupported } from './errors.ts'
import { curveOf, type EcdsaType } from './key-types.ts'
import { ecdsaKey, ed25519Key, type PublicKey, rsaKey } from './public-key.ts'

const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const ECDSA_TYPES: ReadonlyMap<string, EcdsaType> = new Map([
  ['P-256', 'ecdsa-sha2-nistp256'],
  ['P-384', 'ecdsa-sha2-nistp384'],
  ['P-521', 'ecdsa-sha2-nistp521'],
])

/** Made once for each key that is used again. */
const known = new WeakMap<PublicKey, KeyObject>()

/**
 * The key as Node verifies with it; of a security key, the key inside.
 *
 * @throws {SshError} `malformed` where the platform takes it for no key
 */
export function toKeyObject(key: PublicKey): KeyObject {
  const before = known.get(key)
  if (before !== undefined) return before
  try {
    const made = make(key)
    known.set(key, made)
    return made
  } catch {
    throw malformed(`${key.type}: not a key to this platform`)
  }
}

/**
 * The public key of a key of Node, private or public.
 *
 * @throws {SshError} `unsupported`: not Ed25519, ECDSA over a NIST curve of SSH, or RSA
 */
export function fromKeyObject(key: KeyObject): PublicKey {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
  const bytes = (text: unknown): Uint8Array => new Uint8Array(Buffer.from(String(text), 'base64url'))
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return ed25519Key(bytes(jwk.x))
  if (jwk.kty === 'RSA') return rsaKey(bytes(jwk.e), bytes(jwk.n))
  const type = jwk.kty === 'EC' ? ECDSA_TYPES.get(jwk.crv ?? '') : undefined
  if (type === undefined) throw unsupported('key: not of a type that SSH knows')
  return ecdsaKey(type, new Uint8Array(Buffer.concat([Buffer.of(4), bytes(jwk.x), bytes(jwk.y)])))
}

function make(key: PublicKey): KeyObject {
  switch (key.type) {
    case 'ssh-ed25519':
    case 'sk-ssh-ed25519@openssh.com':
      return createPublicKey({ key: Buffer.concat([ED25519_SPKI, key.point]), format: 'der', type: 'spki' })
    case 'ssh-rsa':
      return ofJwk({ kty: 'RSA', e: base64url(key.exponent), n: base64url(key.modulus) })
    default: {
      const { x, y } = coordinates(key.point)
      return ofJwk({ kty: 'EC', crv: curveOf(key.type).jwk, x: base64url(x), y: base64url(y) })
    }
  }
}

const ofJwk = (key: JsonWebKey): KeyObject => createPublicKey({ key, format: 'jwk' })
const base64url = (bytes: Uint8Array): string => viewOf(bytes).toString('base64url')
