import { open, rename, rm, stat } from 'node:fs/promises'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Sink } from './sink.ts'

/**
 * Lets `work` write a file that is there when it is whole and not before. Only the owner may read it.
 *
 * @param before - runs when the file is whole, before it gets its name; a throw leaves no file
 * @throws {BergfriedError} `export.invalid` where there is a file of that name, or none can be made
 */
export async function intoFile<T>(
  path: string,
  work: (sink: Sink) => Promise<T>,
  before: (result: T) => Promise<void> = async () => undefined,
): Promise<T> {
  if (await stat(path).catch(() => null)) {
    throw new BergfriedError('export.invalid', {
      reason: `${path} exists already`,
      reasonDe: `${path} gibt es schon`,
    })
  }
  const partial = `${path}.partial`
  const file = await open(partial, 'w', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new BergfriedError('export.invalid', {
      reason: `${path} cannot be written (${error.code ?? 'unknown'})`,
      reasonDe: `${path} lässt sich nicht schreiben (${error.code ?? 'unknown'})`,
    })
  })
  try {
    const result = await work({
      write: async (bytes) => {
        for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
      },
    })
    await file.sync()
    await file.close()
    await before(result)
    await rename(partial, path)
    return result
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  }
}
