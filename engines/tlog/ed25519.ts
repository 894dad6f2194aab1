import { TlogError } from './errors.ts'

/**
 * Whether an Ed25519 signature holds (RFC 8032), by the platform's WebCrypto, in Node and in browsers.
 *
 * @throws {TlogError} `unverified` where the platform cannot look, which is not the same as a wrong signature: a browser
 *   gives its cryptography to pages over HTTPS and on loopback alone, and old ones lack Ed25519
 */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const subtle: typeof crypto.subtle | undefined = globalThis.crypto?.subtle
  if (subtle === undefined) throw new TlogError('unverified', 'this platform gives no cryptography to this page')
  try {
    const key = await subtle.importKey('raw', bufferOf(publicKey), 'Ed25519', false, ['verify'])
    return await subtle.verify('Ed25519', key, bufferOf(signature), bufferOf(message))
  } catch (error) {
    if ((error as { name?: string }).name === 'NotSupportedError')
      throw new TlogError('unverified', 'this platform does not know Ed25519')
    // Bytes that are no point of the curve.
    return false
  }
}

/** WebCrypto takes no views of shared memory, and the types know it. */
const bufferOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
