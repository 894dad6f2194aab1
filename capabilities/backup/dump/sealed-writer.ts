import { createHash } from 'node:crypto'
import { constants, createZstdCompress } from 'node:zlib'
import { Encryptor } from '../../../engines/age/encrypt.ts'
import type { Recipient } from '../../../engines/age/x25519.ts'
import type { BackupStore } from '../store/backup-store.ts'
import { drained } from './drained.ts'

export interface SealedObject {
  readonly name: string
  /** Bytes as stored. */
  readonly bytes: number
  /** SHA-256 of what is stored, hex. */
  readonly digest: string
  readonly plainBytes: number
}

/** Level 3 is what zstd(1) does by itself. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 }, chunkSize: 1 << 18 }

/**
 * Compresses (Zstandard), encrypts (age v1) and stores what comes, piece by piece: plaintext is in memory alone, a few hundred KiB of it.
 *
 * @param source - ends by throwing where it is not whole; then nothing is stored
 * @throws whatever the source throws; {BergfriedError} `backup.store`
 */
export async function storeSealed(
  store: BackupStore,
  name: string,
  source: AsyncIterable<Buffer>,
  recipients: readonly Recipient[],
): Promise<SealedObject> {
  const encryptor = new Encryptor(recipients)
  const hash = createHash('sha256')
  let [bytes, plainBytes] = [0, 0]
  const writer = await store.begin(name)
  const put = async (pieces: readonly Buffer[]): Promise<void> => {
    if (pieces.length === 0) return
    const all = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
    hash.update(all)
    bytes += all.length
    await writer.write(all)
  }
  try {
    const compressed = createZstdCompress(COMPRESSION)
    const feeding = feed(source, compressed, (length) => {
      plainBytes += length
    })
    // The error of the source is told below, with the reason that it has.
    feeding.catch((error: Error) => compressed.destroy(error))
    for await (const piece of compressed) await put(encryptor.push(piece as Buffer))
    await feeding
    await put(encryptor.end())
    await writer.commit()
    return { name, bytes, digest: hash.digest('hex'), plainBytes }
  } catch (error) {
    await writer.abort()
    throw error
  }
}

async function feed(
  source: AsyncIterable<Buffer>,
  into: ReturnType<typeof createZstdCompress>,
  read: (length: number) => void,
): Promise<void> {
  for await (const piece of source) {
    read(piece.length)
    if (!into.write(piece)) await drained(into)
    if (into.destroyed) return
  }
  into.end()
}
