import { type KeyState, newSecret, OpenKey } from './data-key.ts'
import { FieldcryptError } from './errors.ts'
import { type KeyPurpose, type KeyScope, keyContext, scopeName } from './key-scope.ts'
import { type Changed, introduce, type KeyRecord, type Keyring, nextKeyId, rewrap, usableKeys } from './keyring.ts'
import type { KeyProvider } from './provider.ts'

/** Keys opened through providers, each unwrapped once until the keyring or `forget` says otherwise. */
export class Keychain {
  readonly #providers = new Map<string, KeyProvider>()
  readonly #open = new Map<number, OpenKey>()
  readonly #opening = new Map<number, Promise<OpenKey>>()
  #ring: Keyring

  constructor(ring: Keyring, providers: readonly KeyProvider[]) {
    this.#ring = ring
    for (const provider of providers) this.#providers.set(provider.name, provider)
  }

  /**
   * All usable keys of a scope, opened, for a `FieldCipher`, `BlindIndex` or `KeyedHash`. The keys stay tied to this keychain: after
   * `follow` and `forget` they refuse what they may not do any more. Errors: `unknown_key` where there is none, `unwrap_failed`,
   * whatever the provider throws.
   */
  async open(purpose: KeyPurpose, scope: KeyScope): Promise<OpenKey[]> {
    const records = usableKeys(this.#ring, purpose, scope)
    if (records.length === 0)
      throw new FieldcryptError('unknown_key', `there is no key for ${purpose} of ${scope.table}.${scope.column}`)
    const keys = await Promise.all(records.map((record) => this.#key(record)))
    const usable = keys.filter(({ state }) => state !== 'shredded')
    if (usable.length === 0)
      throw new FieldcryptError('key_state', `the keys of ${scope.table}.${scope.column} were closed meanwhile`)
    return usable
  }

  /**
   * Takes a newer keyring: keys that were demoted stop encrypting, keys that were shredded or are gone stop everything. Waits for no
   * provider: a key that is being opened meets the new keyring when it arrives.
   */
  follow(ring: Keyring): void {
    this.#ring = ring
    for (const [id, key] of this.#open) {
      demoteTo(key, ring)
      if (key.state === 'shredded') this.#open.delete(id)
    }
  }

  /** Closes every opened key, those that are being opened too: whoever needs one has to ask the provider again. */
  forget(): void {
    for (const key of this.#open.values()) key.close()
    this.#open.clear()
    this.#opening.clear()
  }

  async #key(record: KeyRecord): Promise<OpenKey> {
    const { id } = record
    const known = this.#open.get(id)
    if (known !== undefined) return known
    const asked = this.#opening.get(id)
    if (asked !== undefined) return await asked
    const opening = this.#unwrap(record)
    this.#opening.set(id, opening)
    try {
      const key = await opening
      if (this.#opening.get(id) === opening) this.#open.set(id, key)
      else key.close()
      // The keyring may have changed while the provider worked.
      this.follow(this.#ring)
      return key
    } finally {
      // A refusal is not kept: the next one who asks, asks the provider.
      if (this.#opening.get(id) === opening) this.#opening.delete(id)
    }
  }

  async #unwrap(record: KeyRecord): Promise<OpenKey> {
    return OpenKey.open(record, await unwrap(this.#providers, record))
  }
}

/** Makes a random key, has it wrapped, and introduces it: the first key of a scope or its rotation. `at` in ms since 1970. */
export async function createKey(
  ring: Keyring,
  provider: KeyProvider,
  purpose: KeyPurpose,
  scope: KeyScope,
  at: number,
  reason: string,
): Promise<Changed> {
  const id = nextKeyId(ring)
  const { secret, checkValue } = newSecret(purpose, scope, id)
  try {
    const wrapped = await provider.wrap(secret, keyContext(purpose, scope, id))
    return introduce(ring, { id, purpose, scope, wrapped, checkValue }, at, reason)
  } finally {
    secret.fill(0)
  }
}

/**
 * Opens a key with the provider that wrapped it and wraps it with another or the same. The check value is compared in between, so a
 * provider that answers with a wrong key destroys nothing. Errors: `unwrap_failed`, `conflict`, whatever a provider throws.
 */
export async function rewrapKey(
  ring: Keyring,
  keyId: number,
  providers: readonly KeyProvider[],
  to: KeyProvider,
  at: number,
  reason: string,
): Promise<Changed> {
  const record = ring.get(keyId)
  if (record === undefined) throw new FieldcryptError('unknown_key', `there is no key ${keyId}`)
  const before = record.wrapped
  if (before === null) throw new FieldcryptError('key_state', `key ${keyId} is shredded`)
  const secret = await unwrap(new Map(providers.map((provider) => [provider.name, provider])), record)
  try {
    // Opening overwrites what it is given.
    OpenKey.open(record, Uint8Array.from(secret)).close()
    const after = await to.wrap(secret, keyContext(record.purpose, record.scope, keyId))
    return rewrap(ring, keyId, before, after, at, reason)
  } finally {
    secret.fill(0)
  }
}

async function unwrap(providers: ReadonlyMap<string, KeyProvider>, record: KeyRecord): Promise<Uint8Array> {
  const { id, purpose, scope, wrapped } = record
  if (wrapped === null) throw new FieldcryptError('key_state', `key ${id} is shredded`)
  const provider = providers.get(wrapped.provider)
  if (provider === undefined) throw new FieldcryptError('unwrap_failed', `the provider of key ${id} is not here`)
  return provider.unwrap(wrapped, keyContext(purpose, scope, id))
}

function demoteTo(key: OpenKey, ring: Keyring): void {
  const record = ring.get(key.id)
  const same = record !== undefined && scopeName(record.purpose, record.scope) === scopeName(key.purpose, key.scope)
  const state: KeyState = same ? record.state : 'shredded'
  key.demote(state)
}
