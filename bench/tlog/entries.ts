import { createHash } from 'node:crypto'

export const ENTRY_BYTES = 200

/** As many entries of 200 bytes, the same at every run: what follows from a counter by SHA-256. */
export function makeEntries(count: number): { readonly bytes: Uint8Array; readonly entries: readonly Uint8Array[] } {
  const bytes = new Uint8Array(count * ENTRY_BYTES)
  for (let i = 0; i < count; i++) {
    const digest = createHash('sha512').update(String(i)).digest()
    for (let at = 0; at < ENTRY_BYTES; at += digest.length) {
      bytes.set(digest.subarray(0, Math.min(digest.length, ENTRY_BYTES - at)), i * ENTRY_BYTES + at)
    }
  }
  const entries = Array.from({ length: count }, (_, i) => bytes.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES))
  return { bytes, entries }
}

/** The entries in batches. */
export function* batches(entries: readonly Uint8Array[], size: number): Generator<readonly Uint8Array[]> {
  for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size)
}

export const secondsOf = async (work: () => unknown): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
