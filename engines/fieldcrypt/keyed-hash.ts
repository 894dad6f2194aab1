import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Column } from './associated-data.ts'
import { CanonicalWriter } from './canonical.ts'
import type { OpenKey } from './data-key.ts'
import { FieldcryptError, invalid } from './errors.ts'

/** Second byte of a stored hash: no version of an envelope. */
const KIND = 0x80
const MAGIC = 0xbf
const HEADER = 6
const MAC_BYTES = 32
export const KEYED_HASH_BYTES = HEADER + MAC_BYTES
/** Shorter secrets can be guessed by whoever gets the key; passwords need a slow hash besides. */
export const MIN_SECRET_BYTES = 16

export type Checked =
  | { readonly ok: false }
  /** `outdated`: made under a key that is not active any more; store `hash` of it anew. */
  | { readonly ok: true; readonly outdated: boolean }

/**
 * Hashes of secrets that are checked and never used again, such as API keys handed out: HMAC-SHA-256 (RFC 2104) under a key for `check`.
 * Without that key the stored hashes answer no guess. Stored: `0xBF 0x80`, key id (32 bits, big-endian), 32 bytes.
 * The same secret has the same hash, so a row is found by it.
 */
export class KeyedHash {
  readonly #keys: readonly OpenKey[]
  readonly #prefix: Uint8Array

  constructor(column: Column, keys: readonly OpenKey[]) {
    for (const { id, purpose, scope } of keys) {
      if (purpose !== 'check') throw invalid(`key ${id} is for ${purpose}, not for checking`)
      if (scope.tenant !== column.tenant || scope.table !== column.table || scope.column !== column.column)
        throw invalid(`key ${id} is not of ${column.table}.${column.column}`)
    }
    const writer = new CanonicalWriter()
    writer.part('bfc1 check', 'the label')
    this.#prefix = writer.copy()
    this.#keys = keys
  }

  /** 38 bytes. Errors: `key_state` where no key is active; `invalid` for a secret below 16 bytes. */
  hash(secret: Uint8Array): Buffer {
    const active = this.#keys.find(({ state }) => state === 'active')
    if (active === undefined) throw new FieldcryptError('key_state', 'no key for checking is active')
    return this.#under(active, secret)
  }

  /** The hashes under every key that may be used, to find the row of a secret by. */
  search(secret: Uint8Array): Buffer[] {
    const usable = this.#keys.filter(({ state }) => state !== 'shredded')
    if (usable.length === 0) throw new FieldcryptError('key_state', 'no key for checking can be used')
    return usable.map((key) => this.#under(key, secret))
  }

  /**
   * Compares in constant time. A secret below 16 bytes is simply not it.
   * Errors: `malformed` where the stored bytes are no hash; `unknown_key`; `key_state` for a shredded key.
   */
  check(secret: Uint8Array, stored: Uint8Array): Checked {
    if (stored.length !== KEYED_HASH_BYTES || stored[0] !== MAGIC || stored[1] !== KIND)
      throw new FieldcryptError('malformed', 'not a keyed hash')
    const id = Buffer.from(stored.buffer, stored.byteOffset, stored.length).readUInt32BE(2)
    const key = this.#keys.find((one) => one.id === id)
    if (key === undefined) throw new FieldcryptError('unknown_key', `key ${id} checks nothing here`)
    if (key.state === 'shredded') throw new FieldcryptError('key_state', `key ${id} is shredded`)
    if (secret.length < MIN_SECRET_BYTES || !timingSafeEqual(stored, this.#under(key, secret))) return { ok: false }
    return { ok: true, outdated: key.state !== 'active' }
  }

  #under(key: OpenKey, secret: Uint8Array): Buffer {
    if (!(secret instanceof Uint8Array) || secret.length < MIN_SECRET_BYTES)
      throw invalid(`a secret that is checked by a hash has at least ${MIN_SECRET_BYTES} random bytes`)
    const out = Buffer.alloc(KEYED_HASH_BYTES)
    out[0] = MAGIC
    out[1] = KIND
    out.writeUInt32BE(key.id, 2)
    out.set(createHmac('sha256', key.key).update(this.#prefix).update(secret).digest(), HEADER)
    return out
  }
}
