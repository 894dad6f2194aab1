import { fromUtf8 } from '../../../engines/tlog/bytes.ts'

/** Room for sixteen of the longest cosignatures. */
const MOST_BYTES = 64 * 1024

/** What a witness answered, read within bounds. */
export interface BoundedAnswer {
  readonly status: number
  readonly type: string
  /** Null where it is too long or not UTF-8. */
  readonly text: string | null
}

/** Posts a body and reads at most 64 KiB of the answer. Redirects are answers, nobody follows them. */
export async function post(
  fetchIt: typeof fetch,
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<BoundedAnswer> {
  const response = await fetchIt(url, {
    method: 'POST',
    body,
    redirect: 'manual',
    signal,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  return { status: response.status, type, text: await textOf(response) }
}

async function textOf(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    // Leaving the loop ends the transfer.
    if (bytes > MOST_BYTES) return null
    chunks.push(chunk)
  }
  try {
    return fromUtf8(Buffer.concat(chunks))
  } catch {
    return null
  }
}
