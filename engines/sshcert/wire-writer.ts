const MOST_UINT64 = 0xffff_ffff_ffff_ffffn

/** Writes the data types of RFC 4251 section 5. Numbers out of range are a defect of the caller: a `RangeError`. */
export class WireWriter {
  #buffer: Buffer
  #at = 0

  /** @param room bytes to begin with; it grows as needed */
  constructor(room = 512) {
    this.#buffer = Buffer.allocUnsafe(room)
  }

  get length(): number {
    return this.#at
  }

  byte(value: number): this {
    const at = this.#grow(1)
    this.#buffer.writeUInt8(value, at)
    return this
  }

  uint32(value: number): this {
    const at = this.#grow(4)
    this.#buffer.writeUInt32BE(value, at)
    return this
  }

  uint64(value: bigint): this {
    const at = this.#grow(8)
    this.#buffer.writeBigUInt64BE(value, at)
    return this
  }

  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length)
    this.#buffer.set(bytes, at)
    return this
  }

  /** Bytes, or a text as UTF-8, with its length before it. */
  string(value: Uint8Array | string): this {
    if (typeof value !== 'string') return this.uint32(value.length).raw(value)
    const length = Buffer.byteLength(value)
    this.uint32(length)
    const at = this.#grow(length)
    this.#buffer.write(value, at)
    return this
  }

  /** What `write` writes, as a string. */
  nested(write: (into: WireWriter) => void): this {
    const at = this.#grow(4)
    write(this)
    this.#buffer.writeUInt32BE(this.#at - at - 4, at)
    return this
  }

  /** A number of zero or more, big endian; leading zeros are dropped. */
  mpint(number: Uint8Array): this {
    let from = 0
    while (from < number.length && number[from] === 0) from++
    const magnitude = number.subarray(from)
    if ((magnitude[0] ?? 0) < 0x80) return this.string(magnitude)
    return this.uint32(magnitude.length + 1)
      .byte(0)
      .raw(magnitude)
  }

  /** What was written, as bytes of its own. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#at))
  }

  #grow(length: number): number {
    const at = this.#at
    const need = at + length
    if (need > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(need, this.#buffer.length * 2))
      larger.set(this.#buffer.subarray(0, at))
      this.#buffer = larger
    }
    this.#at = need
    return at
  }
}

export const isUint64 = (value: bigint): boolean => value >= 0n && value <= MOST_UINT64
