import { createHash } from 'node:crypto'
import { Encryptor } from '../../../engines/age/encrypt.ts'
import type { Recipient } from '../../../engines/age/x25519.ts'
import type { BackupStore } from '../store/backup-store.ts'
import { inLargePieces } from './in-large-pieces.ts'

export interface SealedObject {
  readonly name: string
  /** Bytes as stored. */
  readonly bytes: number
  /** SHA-256 of what is stored, hex. */
  readonly digest: string
}

/**
 * Encrypts (age v1) and stores what comes, piece by piece: a few MiB of it are in memory, nothing on a disk.
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
  let bytes = 0
  const writer = await store.begin(name)
  const put = async (pieces: readonly Buffer[]): Promise<void> => {
    if (pieces.length === 0) return
    const all = Buffer.concat(pieces)
    hash.update(all)
    bytes += all.length
    await writer.write(all)
  }
  try {
    for await (const piece of inLargePieces(source)) await put(encryptor.push(piece))
    await put(encryptor.end())
    await writer.commit()
    return { name, bytes, digest: hash.digest('hex') }
  } catch (error) {
    await writer.abort()
    throw error
  }
}
