import type { ReadLog } from './log-source.ts'
import { CannotLook } from './refuse.ts'
import { both } from './result.ts'

/** A bundle of 256 entries of the greatest length, and a little more. */
const MOST_BYTES = 17 * 1024 * 1024
const PATIENCE_MS = 20_000

/** Reads at most so many bytes from an address; null: 404. @throws {CannotLook} */
export async function readUrl(
  url: URL,
  mostBytes: number = MOST_BYTES,
): Promise<{ readonly bytes: Uint8Array; readonly url: URL } | null> {
  const fail = (reason: string): CannotLook =>
    new CannotLook(both(`${url.href}: ${reason}.`, `${url.href}: ${reason}.`))
  try {
    // No cache in between: an old checkpoint would look like a log that was rolled back.
    const answer = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
    if (answer.status === 404) return null
    if (answer.status !== 200) throw fail(`HTTP ${answer.status}`)
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of chunksOf(answer)) {
      length += part.length
      if (length > mostBytes) throw fail(`> ${mostBytes} B`)
      parts.push(part)
    }
    const bytes = new Uint8Array(length)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    return { bytes, url: answer.url === '' ? url : new URL(answer.url) }
  } catch (error) {
    if (error instanceof CannotLook) throw error
    const { message, cause } = error as Error
    throw fail(cause instanceof Error ? `${message} (${cause.message})` : message)
  }
}

/** Browsers do not all iterate over a body; all have a reader. */
async function* chunksOf(answer: Response): AsyncGenerator<Uint8Array> {
  const reader = answer.body?.getReader()
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

/** The log below an address that ends with a slash. */
export const logAt =
  (base: URL): ReadLog =>
  async (path) =>
    (await readUrl(new URL(path, base)))?.bytes ?? null
