import { portableSha256 } from './portable-sha256.ts'

interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): { hash?(algorithm: string, data: Uint8Array, encoding: 'latin1'): string }
}

// Node hashes natively; a browser has only an asynchronous digest, which a tree of small nodes cannot use.
const native = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto')

/** SHA-256 (FIPS 180-4) of some bytes: 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32)
  sha256Into(data, digest, 0)
  return digest
}

/**
 * SHA-256 into the 32 bytes of `out` from `at`. A digest asked for as a string of 32 characters costs a third of one asked
 * for as a buffer: for the 65 bytes of a node the allocation is dearer than the hash.
 */
export const sha256Into: (data: Uint8Array, out: Uint8Array, at: number) => void =
  native?.hash === undefined
    ? (data, out, at) => out.set(portableSha256(data), at)
    : (data, out, at) => {
        const digest = native.hash?.('sha256', data, 'latin1') ?? ''
        for (let i = 0; i < 32; i++) out[at + i] = digest.charCodeAt(i)
      }
