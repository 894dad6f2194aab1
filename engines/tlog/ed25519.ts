import type { VerifierKey } from './note.ts'

/** Whether an Ed25519 signature holds (RFC 8032), by the platform's WebCrypto, in Node and in browsers. */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    const key = await crypto.subtle.importKey('raw', bufferOf(publicKey), 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', key, bufferOf(signature), bufferOf(message))
  } catch (error) {
    // A platform without Ed25519 cannot look: that is not the same as a wrong signature.
    if ((error as { name?: string }).name === 'NotSupportedError') throw error
    return false
  }
}

/** WebCrypto takes no views of shared memory, and the types know it. */
const bufferOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** Whether this platform can verify signatures of the key's type at all. */
export const isEd25519 = (key: VerifierKey): boolean => key.publicKey.length === 32
