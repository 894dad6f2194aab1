import { fromUtf8, viewOf } from './bytes.ts'
import { malformed, tooLarge } from './errors.ts'

/** Longest mpint that OpenSSH takes: 16,384 bits (`SSHBUF_MAX_BIGNUM`). */
export const MOST_MPINT_BYTES = 2048

/**
 * Reads the data types of RFC 4251 section 5 from a piece of bytes, and nothing past its end. What it gives are views, not
 * copies: the bytes must stay as they are. Every method throws {@link SshError} `malformed`, or `too_large` over its limit.
 */
export class WireReader {
  readonly #bytes: Buffer
  readonly #what: string
  #at = 0

  /** @param what names the thing read, for errors */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = viewOf(bytes)
    this.#what = what
  }

  /** Bytes read so far. */
  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#take(1))
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4))
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8))
  }

  /** So many bytes as they are. */
  raw(length: number): Uint8Array {
    const from = this.#take(length)
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + from, length)
  }

  /** @param most bytes at the most */
  string(most: number): Uint8Array {
    const from = this.#at
    const length = this.uint32()
    if (length > most) throw tooLarge(`${this.#place(from)} a string of ${length} bytes where ${most} are the most`)
    return this.raw(length)
  }

  /** A string that is UTF-8 without NUL, which OpenSSH would take for the end of the text. */
  text(most: number): string {
    const from = this.#at
    const text = fromUtf8(this.string(most))
    if (text === null) throw malformed(`${this.#place(from)} not UTF-8`)
    if (text.includes('\0')) throw malformed(`${this.#place(from)} a NUL in a text`)
    return text
  }

  /** A string as a reader of its own. */
  nested(most: number, what: string): WireReader {
    return new WireReader(this.string(most), what)
  }

  /** A positive mpint: big endian, without leading zeros; the one spelling that the RFC allows. Zero is refused. */
  mpint(most: number = MOST_MPINT_BYTES): Uint8Array {
    const from = this.#at
    const bytes = this.string(most + 1)
    const [first = 0, second = 0] = bytes
    if (bytes.length === 0) throw malformed(`${this.#place(from)} zero where a positive number belongs`)
    if (first >= 0x80) throw malformed(`${this.#place(from)} a negative number`)
    if (first === 0 && (bytes.length === 1 || second < 0x80)) {
      throw malformed(`${this.#place(from)} a number with needless zeros`)
    }
    const number = first === 0 ? bytes.subarray(1) : bytes
    if (number.length > most) throw tooLarge(`${this.#place(from)} a number of ${number.length} bytes`)
    return number
  }

  /** Nothing may follow. */
  end(): void {
    if (this.left > 0) throw malformed(`${this.#place(this.#at)} ${this.left} bytes too many`)
  }

  #take(length: number): number {
    const from = this.#at
    if (length > this.left) throw malformed(`${this.#place(from)} ${length} bytes wanted and ${this.left} left`)
    this.#at += length
    return from
  }

  #place(at: number): string {
    return `${this.#what}, byte ${at}:`
  }
}
