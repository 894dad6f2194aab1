import { constants, createZstdCompress } from 'node:zlib'
import { inLargePieces } from './in-large-pieces.ts'

/** Level 3 is what zstd(1) does by itself. */
const COMPRESSION = {
  params: { [constants.ZSTD_c_compressionLevel]: 3 },
  chunkSize: 1 << 20,
  readableHighWaterMark: 8 << 20,
}
/** Bytes that may wait for the compression: enough that the source never stands still while it works. */
const WAITING = 16 << 20

/**
 * Compresses what comes (Zstandard, RFC 8878).
 *
 * @throws whatever the source throws
 */
export async function* compressed(
  source: AsyncIterable<Buffer>,
  read: (bytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const into = createZstdCompress(COMPRESSION)
  const feeding = feed(source, into, read)
  // The error of the source is told below, with the reason that it has.
  feeding.catch((error: Error) => into.destroy(error))
  try {
    for await (const piece of into) yield piece as Buffer
    await feeding
  } finally {
    into.destroy()
  }
}

async function feed(
  source: AsyncIterable<Buffer>,
  into: ReturnType<typeof createZstdCompress>,
  read: (bytes: number) => void,
): Promise<void> {
  let waiting = 0
  let room = Promise.withResolvers<void>()
  into.once('close', () => room.resolve())
  for await (const piece of inLargePieces(source)) {
    read(piece.length)
    waiting += piece.length
    into.write(piece, () => {
      waiting -= piece.length
      room.resolve()
    })
    while (waiting > WAITING && !into.destroyed) {
      room = Promise.withResolvers<void>()
      await room.promise
    }
    if (into.destroyed) return
  }
  into.end()
}
