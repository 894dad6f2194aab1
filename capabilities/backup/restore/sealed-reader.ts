import { createHash } from 'node:crypto'
import { createZstdDecompress } from 'node:zlib'
import { Decryptor } from '../../../engines/age/encrypt.ts'
import { AgeError } from '../../../engines/age/errors.ts'
import type { Identity } from '../../../engines/age/x25519.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { drained } from '../dump/drained.ts'
import type { BackupStore } from '../store/backup-store.ts'

/**
 * What was stored, opened: digest of the stored bytes, decryption, decompression, piece by piece. Only when it has ended without an error
 * has all of it been there and unchanged.
 *
 * @param digest - SHA-256 that it was stored with, hex; null where nobody knows it any more
 * @throws {BergfriedError} `backup.store`, `backup.damaged`, `backup.not_for_us`
 */
export async function* readSealed(
  store: BackupStore,
  { name, digest }: { readonly name: string; readonly digest: string | null },
  identities: readonly Identity[],
): AsyncGenerator<Buffer> {
  const decompressed = createZstdDecompress({ chunkSize: 1 << 18 })
  const feeding = (async () => {
    const decryptor = new Decryptor(identities)
    const hash = createHash('sha256')
    const put = async (pieces: readonly Buffer[]): Promise<void> => {
      for (const piece of pieces) {
        if (decompressed.destroyed) return
        if (decompressed.write(piece)) continue
        await drained(decompressed)
      }
    }
    for await (const bytes of store.read(name)) {
      hash.update(bytes)
      await put(decryptor.push(bytes))
    }
    await put([decryptor.end()])
    if (digest !== null && hash.digest('hex') !== digest)
      throw damaged(name, 'the stored bytes are not those that were written')
    decompressed.end()
  })()
  feeding.catch((error: Error) => decompressed.destroy(error))
  try {
    for await (const piece of decompressed) yield piece as Buffer
    await feeding
  } catch (error) {
    throw told(error, name)
  } finally {
    decompressed.destroy()
  }
}

function told(error: unknown, name: string): unknown {
  if (error instanceof BergfriedError) return error
  if (error instanceof AgeError)
    return error.problem === 'no_match'
      ? new BergfriedError('backup.not_for_us', { name }, { cause: error })
      : damaged(name, error.message, error)
  const code = (error as { code?: string }).code ?? ''
  return code.startsWith('ZSTD') || code.startsWith('Z_')
    ? damaged(name, 'not compressed as it should be', error)
    : error
}

const damaged = (name: string, reason: string, cause?: unknown): BergfriedError =>
  new BergfriedError('backup.damaged', { name, reason }, { cause })
