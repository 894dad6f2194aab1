import type { IncomingMessage } from 'node:http'
import { fromUtf8 } from '../../engines/tlog/bytes.ts'
import { type Answer, plain } from '../answer.ts'

/** A note of the largest size that is read, 63 hashes, and room for signs of more than one byte. */
const MOST_BODY_BYTES = 192 * 1024

/** The body of a request as text, or why it is refused. Null where the sender went away. */
export async function readBody(request: IncomingMessage): Promise<string | Answer | null> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') return plain(415, 'send the body as it is, not compressed', CLOSE)
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MOST_BODY_BYTES) return tooLarge()
      chunks.push(chunk)
    }
  } catch {
    return null
  }
  try {
    return fromUtf8(Buffer.concat(chunks))
  } catch {
    return plain(400, 'not UTF-8')
  }
}

/** The rest of the body is not read: the connection ends with the answer. */
const CLOSE = { connection: 'close' }

const tooLarge = (): Answer => plain(413, `at most ${MOST_BODY_BYTES} bytes`, CLOSE)
