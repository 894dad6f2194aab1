import { randomBytes } from 'node:crypto'
import { AgeError } from './errors.ts'
import { fileKeyOf, readHeader, writeHeader } from './header.ts'
import { PayloadOpener, PayloadSealer, payloadKey } from './payload.ts'
import { type Identity, type Recipient, wrapFor } from './x25519.ts'

/** Encrypts one file. Memory: a chunk or two, whatever its length. */
export class Encryptor {
  readonly #sealer: PayloadSealer
  #begin: Buffer | null

  /** @param recipients - each of them alone can open it; at least one */
  constructor(recipients: readonly Recipient[]) {
    if (recipients.length === 0) throw new AgeError('recipient', 'nobody to encrypt to')
    const fileKey = randomBytes(16)
    const nonce = randomBytes(16)
    const stanzas = recipients.map((recipient) => wrapFor(recipient, fileKey))
    this.#begin = Buffer.concat([writeHeader(stanzas, fileKey), nonce])
    this.#sealer = new PayloadSealer(payloadKey(fileKey, nonce))
    fileKey.fill(0)
  }

  push(plain: Buffer): Buffer[] {
    return [...this.#header(), ...this.#sealer.push(plain)]
  }

  end(): Buffer[] {
    return [...this.#header(), ...this.#sealer.end()]
  }

  #header(): Buffer[] {
    const begin = this.#begin
    this.#begin = null
    return begin === null ? [] : [begin]
  }
}

/** Decrypts one file. */
export class Decryptor {
  readonly #identities: readonly Identity[]
  #held = Buffer.alloc(0)
  #opener: PayloadOpener | null = null

  constructor(identities: readonly Identity[]) {
    this.#identities = identities
  }

  /** @throws {AgeError} */
  push(bytes: Buffer): Buffer[] {
    if (this.#opener !== null) return this.#opener.push(bytes)
    this.#held = Buffer.concat([this.#held, bytes])
    const header = readHeader(this.#held)
    if (header === null || this.#held.length < header.length + 16) return []
    const fileKey = fileKeyOf(header, this.#identities)
    this.#opener = new PayloadOpener(payloadKey(fileKey, this.#held.subarray(header.length, header.length + 16)))
    const rest = this.#held.subarray(header.length + 16)
    this.#held = Buffer.alloc(0)
    return this.#opener.push(rest)
  }

  /** @throws {AgeError} `payload` where the end is missing */
  end(): Buffer {
    if (this.#opener === null) throw new AgeError('header', 'the file ends within its header')
    return this.#opener.end()
  }
}
