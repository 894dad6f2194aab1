import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { AgeError } from './errors.ts'

/** Bytes of plaintext in a chunk. */
export const CHUNK = 65_536
const TAG = 16

/** Counts chunks and says which is the last: 11 bytes big-endian and a flag. */
class Nonce {
  readonly bytes = Buffer.alloc(12)
  #count = 0

  next(last: boolean): Buffer {
    // 2^48 chunks are 16 EiB.
    this.bytes.writeUIntBE(this.#count, 5, 6)
    this.bytes[11] = last ? 1 : 0
    this.#count += 1
    return this.bytes
  }
}

export const payloadKey = (fileKey: Buffer, nonce: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32))

/** Collects bytes until there are more than `size`, so that the last piece is known as such. */
class Pieces {
  #held: Buffer[] = []
  #length = 0
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  *take(bytes: Buffer): Generator<Buffer> {
    this.#held.push(bytes)
    this.#length += bytes.length
    if (this.#length <= this.#size) return
    let all = this.#held.length === 1 ? bytes : Buffer.concat(this.#held)
    while (all.length > this.#size) {
      yield all.subarray(0, this.#size)
      all = all.subarray(this.#size)
    }
    this.#held = [all]
    this.#length = all.length
  }

  rest(): Buffer {
    return Buffer.concat(this.#held)
  }
}

/** Encrypts a payload chunk by chunk (STREAM, as in age v1). */
export class PayloadSealer {
  readonly #key: Buffer
  readonly #nonce = new Nonce()
  readonly #pieces = new Pieces(CHUNK)

  constructor(key: Buffer) {
    this.#key = key
  }

  /** @returns what is to be written, in order */
  push(plain: Buffer): Buffer[] {
    const out: Buffer[] = []
    for (const piece of this.#pieces.take(plain)) this.#seal(piece, false, out)
    return out
  }

  end(): Buffer[] {
    const out: Buffer[] = []
    this.#seal(this.#pieces.rest(), true, out)
    return out
  }

  #seal(piece: Buffer, last: boolean, out: Buffer[]): void {
    const cipher = createCipheriv('chacha20-poly1305', this.#key, this.#nonce.next(last), { authTagLength: TAG })
    out.push(cipher.update(piece), cipher.final(), cipher.getAuthTag())
  }
}

/** Decrypts a payload chunk by chunk. Gives out nothing of a chunk before its tag was verified. */
export class PayloadOpener {
  readonly #key: Buffer
  readonly #nonce = new Nonce()
  readonly #pieces = new Pieces(CHUNK + TAG)
  #first = true

  constructor(key: Buffer) {
    this.#key = key
  }

  /** @throws {AgeError} `payload` */
  push(bytes: Buffer): Buffer[] {
    return Array.from(this.#pieces.take(bytes), (piece) => this.#open(piece, false))
  }

  /** Must be called: what ends without its last chunk was cut off. @throws {AgeError} `payload` */
  end(): Buffer {
    const rest = this.#pieces.rest()
    if (rest.length === TAG && !this.#first) throw broken()
    return this.#open(rest, true)
  }

  #open(piece: Buffer, last: boolean): Buffer {
    if (piece.length < TAG) throw broken()
    this.#first = false
    const cipher = createDecipheriv('chacha20-poly1305', this.#key, this.#nonce.next(last), { authTagLength: TAG })
    const body = piece.subarray(0, piece.length - TAG)
    cipher.setAuthTag(piece.subarray(piece.length - TAG))
    const plain = cipher.update(body)
    try {
      cipher.final()
    } catch {
      throw broken()
    }
    return plain
  }
}

const broken = (): AgeError => new AgeError('payload', 'the file was changed or cut off')
