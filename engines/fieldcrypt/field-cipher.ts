import { AssociatedData, type Column, type EncodedRow, type RowKey } from './associated-data.ts'
import type { OpenKey } from './data-key.ts'
import { DerivedKeys } from './derived-keys.ts'
import { CIPHERTEXT_AT, HEADER_BYTES, headerFor, keyIdOf, MAX_PLAINTEXT, OVERHEAD } from './envelope.ts'
import { FieldcryptError, invalid } from './errors.ts'
import { gcmDecrypt, gcmEncryptInto, IV_BYTES, TAG_BYTES } from './gcm.ts'
import { type NonceOptions, Nonces } from './nonces.ts'
import { HEAD_BYTES, XaesKey } from './xaes.ts'

/** A value to be encrypted, with its row. */
export interface PlainCell {
  readonly row: RowKey
  readonly value: Uint8Array
  readonly revision?: number | bigint
}

/** A stored value with the row it was read from. */
export interface StoredCell {
  readonly row: RowKey
  readonly envelope: Uint8Array
  readonly revision?: number | bigint
}

export type Decrypted =
  | { readonly ok: true; readonly value: Buffer }
  | { readonly ok: false; readonly error: FieldcryptError }

/** All that is computed once per key. */
interface Prepared {
  readonly key: OpenKey
  readonly header: Uint8Array
  readonly associated: AssociatedData
  readonly derived: DerivedKeys
  readonly nonces: Nonces
}

/**
 * Encrypts and decrypts the values of one column of one tenant (and subject). The keys come opened from a `Keychain`; new
 * values take the active one, stored values the one they name, if it is a key of this column.
 */
export class FieldCipher {
  readonly #column: Column
  readonly #keys = new Map<number, Prepared>()
  readonly #iv = new Uint8Array(IV_BYTES)
  readonly #tag = new Uint8Array(TAG_BYTES)

  /** Errors: `invalid` where keys are not for data of this column, of different subjects, or several are active. */
  constructor(column: Column, keys: readonly OpenKey[], options: NonceOptions = {}) {
    this.#column = column
    if (keys.filter(({ state }) => state === 'active').length > 1) throw invalid('several keys are active')
    for (const key of keys) {
      checkKey(column, key)
      if (this.#keys.has(key.id)) throw invalid(`key ${key.id} is given twice`)
      if (key.scope.subject !== keys[0]?.scope.subject) throw invalid('keys of different subjects in one cipher')
      const header = headerFor(key.id)
      const xaes = new XaesKey(key.key)
      this.#keys.set(key.id, {
        key,
        header,
        associated: new AssociatedData(header, column),
        derived: new DerivedKeys(xaes),
        nonces: new Nonces(xaes, options),
      })
    }
  }

  /**
   * The envelope of a value: 47 bytes more. `revision` as of `AssociatedData.encode`.
   * Errors: `key_state` (no key is active), `too_large`, `exhausted`, `invalid`.
   */
  encrypt(row: RowKey | EncodedRow, value: Uint8Array, revision?: number | bigint): Buffer {
    if (!(value instanceof Uint8Array)) throw invalid('a value is bytes')
    const out = Buffer.allocUnsafe(OVERHEAD + value.length)
    this.encryptInto(row, value, out, 0, revision)
    return out
  }

  /** Writes the envelope to `out` from `at` on, where `value.length + 47` bytes are free. Errors as of `encrypt`. */
  encryptInto(
    row: RowKey | EncodedRow,
    value: Uint8Array,
    out: Uint8Array,
    at: number,
    revision?: number | bigint,
  ): void {
    if (value.length > MAX_PLAINTEXT) throw new FieldcryptError('too_large', 'a value beyond 64 MiB')
    if (out.length - at < OVERHEAD + value.length) throw invalid('no room for the envelope')
    const { header, associated, nonces } = this.#active()
    const aad = associated.encode(row, revision)
    const key = nonces.next(value.length, aad.length)
    out.set(header, at)
    out.set(nonces.nonce, at + HEADER_BYTES)
    gcmEncryptInto(key, nonces.iv, aad, value, out, at + CIPHERTEXT_AT)
  }

  /**
   * The value, once the tag has been compared; in memory of its own.
   * Errors: `malformed`, `unsupported`, `unknown_key`, `key_state` (shredded), `unverified`, `invalid`.
   */
  decrypt(row: RowKey | EncodedRow, envelope: Uint8Array, revision?: number | bigint): Buffer {
    const { associated, derived } = this.#readable(keyIdOf(envelope))
    const end = envelope.length - TAG_BYTES
    // Copies of a few bytes are cheaper than views of them, and Node reads both at once.
    for (let i = 0; i < IV_BYTES; i++) this.#iv[i] = envelope[HEADER_BYTES + HEAD_BYTES + i] ?? 0
    for (let i = 0; i < TAG_BYTES; i++) this.#tag[i] = envelope[end + i] ?? 0
    return gcmDecrypt(
      derived.get(envelope, HEADER_BYTES),
      this.#iv,
      associated.encode(row, revision),
      envelope.subarray(CIPHERTEXT_AT, end),
      this.#tag,
    )
  }

  /** All or nothing: the first failure is thrown, with its place, and no envelope is returned. */
  encryptBatch(cells: readonly PlainCell[]): Buffer[] {
    return cells.map(({ row, value, revision }, i) => placed(i, () => this.encrypt(row, value, revision)))
  }

  /** All or nothing. For a sweep that wants to know what fails, `tryDecryptBatch`. */
  decryptBatch(cells: readonly StoredCell[]): Buffer[] {
    return cells.map(({ row, envelope, revision }, i) => placed(i, () => this.decrypt(row, envelope, revision)))
  }

  /** An answer for each cell, in order. */
  tryDecryptBatch(cells: readonly StoredCell[]): Decrypted[] {
    return cells.map(({ row, envelope, revision }) => {
      try {
        return { ok: true, value: this.decrypt(row, envelope, revision) }
      } catch (error) {
        if (error instanceof FieldcryptError) return { ok: false, error }
        throw error
      }
    })
  }

  /** Whether a stored value is to be encrypted again: its key is not the active one. Says nothing of its tag. */
  isOutdated(envelope: Uint8Array): boolean {
    return this.#readable(keyIdOf(envelope)).key.state !== 'active'
  }

  /** New first halves of nonces from here on, for whoever knows that this process was copied or resumed. */
  freshHeads(): void {
    for (const { nonces } of this.#keys.values()) nonces.freshHead()
  }

  #active(): Prepared {
    for (const prepared of this.#keys.values()) if (prepared.key.state === 'active') return prepared
    throw new FieldcryptError('key_state', `no key of ${place(this.#column)} is active`)
  }

  #readable(keyId: number): Prepared {
    const prepared = this.#keys.get(keyId)
    if (prepared === undefined)
      throw new FieldcryptError('unknown_key', `key ${keyId} is no key of ${place(this.#column)}`)
    if (prepared.key.state === 'shredded') throw new FieldcryptError('key_state', `key ${keyId} is shredded`)
    return prepared
  }
}

function checkKey(column: Column, { id, purpose, scope }: OpenKey): void {
  const same = scope.tenant === column.tenant && scope.table === column.table && scope.column === column.column
  if (!same) throw invalid(`key ${id} is not of ${place(column)}`)
  if (purpose !== 'data') throw invalid(`key ${id} is for ${purpose}, not for data`)
}

/** A column in a message: names from the schema. The tenant may be a customer's name and stays out. */
const place = ({ table, column }: Column): string => `${table}.${column}`

function placed<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof FieldcryptError ? inBatch(index, error) : error
  }
}

/** The same failure, saying which value of a batch it was. */
export function inBatch(index: number, { code, message }: FieldcryptError): FieldcryptError {
  return new FieldcryptError(code, `value ${index} of the batch: ${message}`)
}
