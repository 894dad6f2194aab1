import { invalid } from './errors.ts'

/** A component of something that is bound: text, an integer (5 and 5n are the same), or bytes. */
export type Part = string | number | bigint | Uint8Array

const TEXT = 1
const INTEGER = 2
const BYTES = 3
const ABSENT = 0
const PART_HEAD = 5
/** Bytes of one part. More is no name and no key of a row. */
const MAX_PART = 65_535
const MIN_CAPACITY = 512
const SHORT = 64

/**
 * Writes sequences of parts so that different sequences are different bytes: each part is a tag, its length (32 bits,
 * big-endian) and its bytes, so no part runs into the next. One buffer is reused: `bytes()` is valid until `reset`.
 */
export class CanonicalWriter {
  /** Memory of its own: what comes from the pool shares an ArrayBuffer with strangers. */
  #buffer = Buffer.allocUnsafeSlow(MIN_CAPACITY)
  #view: Uint8Array = this.#buffer
  #length = 0

  /** Goes back to a length that `length` once gave; 0 starts over. */
  reset(length = 0): void {
    this.#length = length
  }

  get length(): number {
    return this.#length
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** The number of parts that follow, so that two lists beside each other keep their border. */
  count(parts: number): void {
    this.#reserve(4)
    this.#length = this.#buffer.writeUInt32BE(parts, this.#length)
  }

  absent(): void {
    this.#reserve(PART_HEAD)
    this.#head(ABSENT, 0)
  }

  /** Errors: `invalid` for text that is not well-formed Unicode, numbers that are no safe integers, other types. */
  part(part: Part, what: string): void {
    if (typeof part === 'string') this.#text(TEXT, part, what)
    else if (typeof part === 'number') this.#integer(part, what)
    else if (typeof part === 'bigint') this.#text(INTEGER, part.toString(), what)
    else if (part instanceof Uint8Array) this.#bytes(part, what)
    else throw invalid(`${what} is neither text, an integer nor bytes`)
  }

  /** The bytes written; a view that the next `reset` and write change. */
  bytes(): Uint8Array {
    // Rows of one table mostly encode to one length: the view of the last time still fits.
    if (this.#view.length !== this.#length || this.#view.buffer !== this.#buffer.buffer)
      this.#view = this.#buffer.subarray(0, this.#length)
    return this.#view
  }

  /** The bytes written, in memory of their own. */
  copy(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes())
  }

  #integer(value: number, what: string): void {
    // A float has many spellings, and beyond 2^53 two keys become one number.
    if (!Number.isSafeInteger(value)) throw invalid(`${what} is not a safe integer`)
    this.#text(INTEGER, BigInt(value).toString(), what)
  }

  #text(tag: number, text: string, what: string): void {
    const start = this.#length
    this.#reserve(PART_HEAD + 3 * text.length)
    const length = this.#ascii(text, start + PART_HEAD) ? text.length : this.#utf8(text, start + PART_HEAD, what)
    if (length > MAX_PART) throw invalid(`${what} is longer than ${MAX_PART} bytes`)
    this.#head(tag, length)
    this.#length += length
  }

  /** Writes a short text of ASCII alone; faster than the general way, and most keys are. */
  #ascii(text: string, at: number): boolean {
    if (text.length > SHORT) return false
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) return false
      this.#buffer[at + i] = unit
    }
    return true
  }

  #utf8(text: string, at: number, what: string): number {
    // UTF-8 writes every lone surrogate as U+FFFD: two texts would become one.
    if (!text.isWellFormed()) throw invalid(`${what} is not well-formed Unicode`)
    if (text.length > MAX_PART) throw invalid(`${what} is longer than ${MAX_PART} bytes`)
    return this.#buffer.write(text, at, 'utf8')
  }

  #bytes(bytes: Uint8Array, what: string): void {
    if (bytes.length > MAX_PART) throw invalid(`${what} is longer than ${MAX_PART} bytes`)
    this.#reserve(PART_HEAD)
    this.#head(BYTES, bytes.length)
    this.raw(bytes)
  }

  #head(tag: number, length: number): void {
    this.#buffer[this.#length] = tag
    this.#length = this.#buffer.writeUInt32BE(length, this.#length + 1)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#length + more))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}
