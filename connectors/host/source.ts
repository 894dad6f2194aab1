import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/**
 * A file without which nothing can be said.
 *
 * @throws {BergfriedError} `collect.unreadable` where there is no such file: silence would look like "nothing there"
 */
export async function required(transport: HostTransport, path: string, limit?: number): Promise<string> {
  const content = await transport.readFile(path, limit)
  if (content === null) throw new BergfriedError('collect.unreadable', { what: path, reason: 'there is no such file' })
  return content
}

/** What `read` gives, or `instead` where the account has no right to it. Other failures stay failures. */
export async function unlessDenied<T>(read: () => Promise<T>, instead: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof BergfriedError && error.code === 'collect.denied') return instead
    throw error
  }
}

/** Undoes the octal escapes (`\040`) of /proc/mounts, /proc/swaps and fstab(5). */
export const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
