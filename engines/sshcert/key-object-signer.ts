import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { unsupported } from './errors.ts'
import { fromKeyObject } from './key-object.ts'
import { curveOf } from './key-types.ts'
import { isSecurityKey } from './public-key.ts'
import { type RsaAlgorithm, usualAlgorithm } from './signature.ts'
import type { SyncSigner } from './signer.ts'

/**
 * A signer over a private key of Node, for whoever has the key in the same process.
 *
 * @param rsa hash of an RSA key's signatures; `rsa-sha2-512`, as ssh-keygen does it, where not given
 * @throws {SshError} `unsupported`: not a private key, or of a type that SSH does not know
 */
export function keyObjectSigner(privateKey: KeyObject, rsa: RsaAlgorithm = 'rsa-sha2-512'): SyncSigner {
  if (privateKey.type !== 'private') throw unsupported('signer: not a private key')
  const key = fromKeyObject(privateKey)
  if (isSecurityKey(key)) throw unsupported('signer: a security key signs in its authenticator alone')
  const algorithm = key.type === 'ssh-rsa' ? rsa : usualAlgorithm(key)
  const signBytes = (message: Uint8Array): Uint8Array => {
    if (key.type === 'ssh-ed25519') return sign(null, message, privateKey)
    if (key.type === 'ssh-rsa') return sign(rsa === 'rsa-sha2-256' ? 'sha256' : 'sha512', message, privateKey)
    return sign(curveOf(key.type).hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  }
  return { key, sign: (message) => ({ algorithm, bytes: signBytes(message), authenticator: null }) }
}

/** 32 bytes that nobody can foresee, as ssh-keygen puts into each certificate. */
export const freshNonce = (): Uint8Array => new Uint8Array(randomBytes(32))
