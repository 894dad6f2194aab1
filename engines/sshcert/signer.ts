import { malformed } from './errors.ts'
import type { PublicKey } from './public-key.ts'
import { encodeSignature, type RawSignature } from './signature.ts'

/**
 * Whoever holds a private key: a token, an agent, another process. This package never sees the key. What it gives is checked
 * against `key` before anything leaves.
 */
export interface Signer {
  readonly key: PublicKey
  sign(message: Uint8Array): RawSignature | Promise<RawSignature>
  /** True: it signs in this process with the key that it names, so its signatures are not verified again, which would cost twice as much. */
  readonly inProcess?: boolean
}

/** A signer that answers at once. */
export interface SyncSigner extends Signer {
  sign(message: Uint8Array): RawSignature
}

/** @throws {SshError} `malformed`: a signature of another algorithm than the signer's key has */
export function wrapSignature(key: PublicKey, signature: RawSignature): Uint8Array {
  const fits = key.type === 'ssh-rsa' ? signature.algorithm.startsWith('rsa-sha2-') : signature.algorithm === key.type
  if (!fits) throw malformed(`signer: a signature of ${signature.algorithm} by a key of ${key.type}`)
  return encodeSignature(signature)
}
