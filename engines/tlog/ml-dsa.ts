/** Bytes of an ML-DSA-44 public key and signature (FIPS 204). */
const ML_DSA_44_KEY = 1312
const ML_DSA_44_SIGNATURE = 2420

/** WebCrypto's way to ML-DSA (Modern Algorithms in the Web Cryptography API), where a platform has it. */
interface ModernSubtle {
  importKey(format: 'raw-public', key: Uint8Array, algorithm: string, open: boolean, uses: string[]): Promise<unknown>
  verify(algorithm: string, key: unknown, signature: Uint8Array, data: Uint8Array): Promise<boolean>
}

/** Whether an ML-DSA-44 signature holds; null where this platform cannot look, so that its key counts as unknown. */
export async function verifyMlDsa44(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean | null> {
  if (publicKey.length !== ML_DSA_44_KEY || signature.length !== ML_DSA_44_SIGNATURE) return false
  const subtle = globalThis.crypto?.subtle as unknown as ModernSubtle | undefined
  if (subtle === undefined) return null
  try {
    const key = await subtle.importKey('raw-public', new Uint8Array(publicKey), 'ML-DSA-44', false, ['verify'])
    return await subtle.verify('ML-DSA-44', key, new Uint8Array(signature), new Uint8Array(message))
  } catch (error) {
    return /NotSupported|TypeError|SyntaxError/.test((error as { name?: string }).name ?? '') ? null : false
  }
}
