import { createSecretKey, hkdfSync, type KeyObject, randomFillSync, timingSafeEqual } from 'node:crypto'
import { FieldcryptError } from './errors.ts'
import { type KeyPurpose, type KeyScope, keyContext } from './key-scope.ts'
import { KEY_BYTES } from './xaes.ts'

export type KeyState = 'active' | 'decrypt-only' | 'shredded'

/** A new key: its secret to be wrapped, and the value that later proves that the right secret was unwrapped. */
export interface NewSecret {
  /** 32 random bytes. Overwrite them (`fill(0)`) as soon as they are wrapped. */
  readonly secret: Uint8Array
  readonly checkValue: Uint8Array
}

export function newSecret(purpose: KeyPurpose, scope: KeyScope, keyId: number): NewSecret {
  // Memory of its own, not a slice of the pool, so that overwriting it is overwriting all of it.
  const secret = randomFillSync(new Uint8Array(KEY_BYTES))
  return { secret, checkValue: checkValueOf(secret, keyContext(purpose, scope, keyId)) }
}

/**
 * An unwrapped key in this process. The secret that was wrapped is not used itself: the working key is derived from it by
 * HKDF-SHA-256 (RFC 5869) over purpose, scope and id. So the same secret under another scope is another key, and an index key
 * never equals a data key even where somebody wraps one secret twice.
 */
export class OpenKey {
  readonly id: number
  readonly purpose: KeyPurpose
  readonly scope: KeyScope
  #key: KeyObject | null
  #state: KeyState

  private constructor(id: number, purpose: KeyPurpose, scope: KeyScope, key: KeyObject, state: KeyState) {
    this.id = id
    this.purpose = purpose
    this.scope = scope
    this.#key = key
    this.#state = state
  }

  /**
   * Takes a secret and overwrites it. Errors: `key_state` for a shredded key; `unwrap_failed` where the secret is not the
   * one that the check value was made for, or belongs to another scope, purpose or id.
   */
  static open(
    record: { id: number; purpose: KeyPurpose; scope: KeyScope; state: KeyState; checkValue: Uint8Array },
    secret: Uint8Array,
  ): OpenKey {
    const { id, purpose, scope, state, checkValue } = record
    try {
      if (state === 'shredded') throw new FieldcryptError('key_state', `key ${id} is shredded`)
      const context = keyContext(purpose, scope, id)
      if (secret.length !== KEY_BYTES) throw new FieldcryptError('unwrap_failed', `key ${id} is not 32 bytes`)
      const found = checkValueOf(secret, context)
      if (checkValue.length !== found.length || !timingSafeEqual(checkValue, found))
        throw new FieldcryptError('unwrap_failed', `key ${id} is not what its check value says`)
      return new OpenKey(id, purpose, scope, createSecretKey(derive(secret, 'bfc1 use', context)), state)
    } finally {
      secret.fill(0)
    }
  }

  /** For a key that came from another thread of this process, derived already. */
  static adopt(id: number, purpose: KeyPurpose, scope: KeyScope, key: KeyObject, state: KeyState): OpenKey {
    return new OpenKey(id, purpose, scope, key, state)
  }

  get state(): KeyState {
    return this.#state
  }

  /** The derived key. Error: `key_state` once it was closed. */
  get key(): KeyObject {
    if (this.#key === null) throw new FieldcryptError('key_state', `key ${this.id} is shredded or was closed`)
    return this.#key
  }

  /** Keys only ever lose rights: another state than a lesser one is ignored. */
  demote(state: KeyState): void {
    if (state === 'shredded') this.close()
    else if (state === 'decrypt-only' && this.#state === 'active') this.#state = state
  }

  /** Forgets the key. Whatever was built on it refuses from now on. */
  close(): void {
    this.#state = 'shredded'
    this.#key = null
  }
}

function checkValueOf(secret: Uint8Array, context: Uint8Array): Uint8Array {
  return derive(secret, 'bfc1 check', context)
}

/** HKDF-SHA-256 without salt, `label` and `context` as info; the label ends before the context begins (a zero byte). */
function derive(secret: Uint8Array, label: string, context: Uint8Array): Uint8Array {
  const info = Buffer.concat([Buffer.from(`${label}\0`), context])
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, KEY_BYTES))
}
