import { createHmac } from 'node:crypto'
import type { Column } from './associated-data.ts'
import { CanonicalWriter } from './canonical.ts'
import type { OpenKey } from './data-key.ts'
import { FieldcryptError, invalid } from './errors.ts'
import { type Cardinality, indexBits } from './index-bits.ts'
import { type Normalisation, normalise } from './normalise.ts'

/** One component of what is indexed; null is SQL's null. */
export type Indexed = string | Uint8Array | null

export interface BlindIndexOptions {
  /** Name of the index: two indexes over one column are unrelated. */
  readonly name: string
  readonly cardinality: Cardinality
  /** Default `exact`. Applies to text, not to bytes. */
  readonly normalisation?: Normalisation
}

/**
 * A searchable stand-in for a value that the database sees only as ciphertext: HMAC-SHA-256 (RFC 2104) under a key of its own, cut to a
 * length at which different values share buckets. It tells the database which rows may be equal. A hit is a candidate: decrypt it and compare.
 */
export class BlindIndex {
  readonly bits: number
  readonly #keys: readonly OpenKey[]
  readonly #writer = new CanonicalWriter()
  readonly #fixed: number
  readonly #rule: Normalisation

  /** Keys are those of a `Keychain` for `index`. Errors: `tiny_domain`, `invalid`. */
  constructor(column: Column, keys: readonly OpenKey[], { name, cardinality, normalisation }: BlindIndexOptions) {
    this.bits = indexBits(cardinality)
    this.#rule = normalisation ?? 'exact'
    for (const { id, purpose, scope } of keys) {
      if (purpose !== 'index') throw invalid(`key ${id} is for ${purpose}, not for an index`)
      if (scope.tenant !== column.tenant || scope.table !== column.table || scope.column !== column.column)
        throw invalid(`key ${id} is not of ${column.table}.${column.column}`)
      // An index whose key changes from person to person finds nobody.
      if (scope.subject !== undefined) throw invalid(`key ${id} is of one subject: an index spans a tenant`)
    }
    if (name === '') throw invalid('an index needs a name')
    this.#keys = keys
    this.#writer.part('bfc1 index', 'the label')
    this.#writer.part(name, 'the name of an index')
    this.#writer.part(this.#rule, 'the rule')
    this.#writer.part(this.bits, 'the length')
    this.#fixed = this.#writer.length
  }

  /**
   * What is stored beside the envelope: `ceil(bits / 8)` bytes, unused bits of the last one zero. Null for a null among the values, as in SQL.
   * Errors: `key_state` where no key is active, `invalid`.
   */
  value(...values: readonly Indexed[]): Buffer | null {
    const active = this.#keys.find(({ state }) => state === 'active')
    if (active === undefined) throw new FieldcryptError('key_state', 'no key of the index is active')
    const message = this.#message(values)
    return message === null ? null : this.#cut(active, message)
  }

  /**
   * What to look for: the values under the active key and under those before it, as long as rows may still hold them. Empty for a null, which equals
   * nothing. Errors as of `value`.
   */
  search(...values: readonly Indexed[]): Buffer[] {
    const message = this.#message(values)
    const usable = this.#keys.filter(({ state }) => state !== 'shredded')
    if (usable.length === 0) throw new FieldcryptError('key_state', 'no key of the index can be used')
    return message === null ? [] : usable.map((key) => this.#cut(key, message))
  }

  #message(values: readonly Indexed[]): Uint8Array | null {
    if (values.length === 0) throw invalid('nothing to be indexed')
    if (values.includes(null)) return null
    const writer = this.#writer
    writer.reset(this.#fixed)
    writer.count(values.length)
    for (const value of values) {
      if (typeof value === 'string') writer.part(normalise(this.#rule, value), 'an indexed value')
      else if (value instanceof Uint8Array) writer.part(value, 'an indexed value')
      // A boolean among others, in plain JavaScript.
      else throw invalid('an indexed value is text or bytes')
    }
    return writer.bytes()
  }

  #cut(key: OpenKey, message: Uint8Array): Buffer {
    const digest = createHmac('sha256', key.key).update(message).digest()
    const bytes = Math.ceil(this.bits / 8)
    const cut = Buffer.from(digest.subarray(0, bytes))
    const unused = 8 * bytes - this.bits
    cut[bytes - 1] = (cut[bytes - 1] ?? 0) & (0xff << unused)
    return cut
  }
}
