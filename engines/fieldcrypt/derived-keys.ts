import type { KeyObject } from 'node:crypto'
import { HEAD_BYTES, type XaesKey } from './xaes.ts'

/** First halves of nonces whose derived keys are kept, per data key. A process that wrote for long has left few of them. */
const KEPT = 256

/** The derived keys for reading, those that were made last. Values of one epoch share their first half, so most reads hit. */
export class DerivedKeys {
  readonly #key: XaesKey
  readonly #kept = new Map<string, KeyObject>()
  /** The first half asked for last: neighbours in a table mostly share it. */
  readonly #last = new Uint8Array(HEAD_BYTES)
  #lastKey: KeyObject | null = null

  constructor(key: XaesKey) {
    this.#key = key
  }

  /** For the nonce that begins in `bytes` at `at`. */
  get(bytes: Uint8Array, at: number): KeyObject {
    if (this.#lastKey !== null && this.#isLast(bytes, at)) return this.#lastKey
    const head = bytes.subarray(at, at + HEAD_BYTES)
    const name = Buffer.from(head.buffer, head.byteOffset, HEAD_BYTES).toString('latin1')
    let derived = this.#kept.get(name)
    if (derived === undefined) {
      if (this.#kept.size >= KEPT) this.#dropOldest()
      derived = this.#key.derive(head)
      this.#kept.set(name, derived)
    }
    this.#last.set(head)
    this.#lastKey = derived
    return derived
  }

  /** A nonce is public: no comparison in constant time. */
  #isLast(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < HEAD_BYTES; i++) if (bytes[at + i] !== this.#last[i]) return false
    return true
  }

  /** The oldest half, at once: reads that never repeat then pay for one deletion each, and those that do stay. */
  #dropOldest(): void {
    let left = KEPT / 2
    for (const name of this.#kept.keys()) {
      if (left-- === 0) break
      this.#kept.delete(name)
    }
  }
}
