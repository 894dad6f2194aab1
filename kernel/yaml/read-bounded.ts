import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Text } from '../i18n/text.ts'

/** More than any file written by a person. */
export const FILE_LIMIT = 256 * 1024

export type BoundedFile = { readonly source: string } | { readonly missing: true } | { readonly reason: Text }

/**
 * Reads a small text file that a person wrote: a regular file of at most {@link FILE_LIMIT} bytes of UTF-8.
 * Never blocks on a pipe or a device, never reads more than the limit, never throws.
 */
export async function readBounded(path: string): Promise<BoundedFile> {
  let file: FileHandle | undefined
  try {
    // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) return { reason: { de: 'keine gewöhnliche Datei', en: 'not a regular file' } }
    const buffer = Buffer.alloc(FILE_LIMIT + 1)
    const length = await fill(file, buffer)
    if (length > FILE_LIMIT) {
      const size = `${FILE_LIMIT / 1024} KiB`
      return { reason: { de: `größer als die Grenze von ${size}`, en: `larger than the limit of ${size}` } }
    }
    return { source: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length)) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOENT' || code === 'ENOTDIR') return { missing: true }
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { reason: { de: 'kein gültiges UTF-8', en: 'not valid UTF-8' } }
    return { reason: { de: `nicht lesbar (${code || 'Fehler'})`, en: `not readable (${code || 'error'})` } }
  } finally {
    await file?.close()
  }
}

async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}
