import { malformed } from './errors.ts'

/** Longest body of a question in bytes. */
export const MOST_FRAME_BYTES = 64 * 1024
/** Longest body of an answer: lists for a host grow with the grants on it. */
export const MOST_ANSWER_BYTES = 4 * 1024 * 1024

const HEAD = 4
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A frame: the length of the body as four bytes, big-endian, then the body, JSON in UTF-8. */
export function encodeFrame(value: object, most = MOST_FRAME_BYTES): Uint8Array {
  const body = Buffer.from(JSON.stringify(value), 'utf8')
  if (body.length > most) throw malformed('a frame that is too long', 'ein zu langer Rahmen')
  const frame = Buffer.alloc(HEAD + body.length)
  frame.writeUInt32BE(body.length)
  frame.set(body, HEAD)
  return frame
}

/** Cuts a stream of bytes into frames. Keeps at most one frame. */
export class FrameReader {
  readonly #most: number
  #rest: Buffer = Buffer.alloc(0)

  constructor(most = MOST_FRAME_BYTES) {
    this.#most = most
  }

  /** Whether a frame has begun and not ended. */
  get partial(): boolean {
    return this.#rest.length > 0
  }

  /**
   * @returns the texts of the frames that are whole now
   * @throws {KeeperError} `malformed` a frame of no or too many bytes, or not UTF-8
   */
  push(chunk: Uint8Array): string[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk])
    const texts: string[] = []
    while (this.#rest.length >= HEAD) {
      const length = this.#rest.readUInt32BE()
      if (length === 0 || length > this.#most) {
        throw malformed('a frame of an impossible length', 'ein Rahmen unmöglicher Länge')
      }
      if (this.#rest.length < HEAD + length) break
      texts.push(textOf(this.#rest.subarray(HEAD, HEAD + length)))
      this.#rest = this.#rest.subarray(HEAD + length)
    }
    return texts
  }
}

function textOf(body: Uint8Array): string {
  try {
    return decoder.decode(body)
  } catch {
    throw malformed('a frame that is not UTF-8', 'ein Rahmen, der nicht UTF-8 ist')
  }
}
