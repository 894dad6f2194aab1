import { BlindIndex } from '../../../engines/fieldcrypt/blind-index.ts'
import { FieldcryptError } from '../../../engines/fieldcrypt/errors.ts'
import { FieldCipher } from '../../../engines/fieldcrypt/field-cipher.ts'
import type { KeyPurpose, KeyScope } from '../../../engines/fieldcrypt/key-scope.ts'
import { createKey, Keychain } from '../../../engines/fieldcrypt/keychain.ts'
import { demote, type Keyring, shred, usableKeys } from '../../../engines/fieldcrypt/keyring.ts'
import type { KeyProvider } from '../../../engines/fieldcrypt/provider.ts'
import { type EncryptedField, tableName } from './encrypted.ts'
import { FieldError } from './field-error.ts'
import { keysVersion, loadKeyring, type Sql, storeChanges } from './key-table.ts'

export interface FieldKeysOptions {
  /** Reads and writes the key table. */
  readonly sql: Sql
  /** Runs work in one transaction. */
  readonly transaction: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>
  /** The first one wraps new keys; all of them open old ones. */
  readonly providers: readonly [KeyProvider, ...KeyProvider[]]
  readonly now: () => Date
  /**
   * How long a change of keys elsewhere may go unnoticed: until then values are still written under the old key, which the next sweep of
   * a re-encryption finds. 5,000 where nothing is said; 0 asks before every value.
   */
  readonly refreshMs?: number
}

/** As many first keys may be made at the same moment. */
const ATTEMPTS = 100

/** The keys of a database, opened once, and the ciphers that are made of them. Follows changes that others make. */
export class FieldKeys {
  readonly #options: FieldKeysOptions
  readonly #ciphers = new Map<string, Promise<FieldCipher>>()
  readonly #indexes = new Map<string, Promise<BlindIndex>>()
  #ring: Keyring = new Map()
  #chain: Keychain
  #version = ''
  #asked = 0
  #applied = 0
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(options: FieldKeysOptions) {
    this.#options = options
    this.#chain = new Keychain(this.#ring, options.providers)
  }

  /** Encrypts and decrypts values of one column of one tenant. Its first key is made when it is first needed. */
  async cipher(field: EncryptedField, tenant: string): Promise<FieldCipher> {
    await this.#follow()
    const scope = scopeOf(field, tenant)
    return this.#cached(this.#ciphers, JSON.stringify(scope), async () => {
      await this.#ensure('data', scope)
      return new FieldCipher(scope, await this.#chain.open('data', scope))
    })
  }

  /** @throws {FieldError} `not_searchable` the column has no index */
  async index(field: EncryptedField, tenant: string): Promise<BlindIndex> {
    const { index } = field
    if (index === null)
      throw new FieldError(
        'not_searchable',
        `${tableName(field)}.${field.column} has no index: declare one to search by equality`,
      )
    await this.#follow()
    const scope = scopeOf(field, tenant)
    return this.#cached(this.#indexes, JSON.stringify(scope), async () => {
      await this.#ensure('index', scope)
      const keys = await this.#chain.open('index', scope)
      const { cardinality, normalisation } = index
      return new BlindIndex(scope, keys, {
        name: index.column,
        cardinality,
        ...(normalisation === undefined ? {} : { normalisation }),
      })
    })
  }

  /**
   * Runs work with a cipher; where its keys turn out to be older than those of the table, once more with new ones. So a value under a key that
   * was made elsewhere a moment ago is read at once, whatever `refreshMs` says.
   */
  async with<T>(field: EncryptedField, tenant: string, work: (cipher: FieldCipher) => T): Promise<T> {
    try {
      return work(await this.cipher(field, tenant))
    } catch (error) {
      if (!(error instanceof FieldcryptError) || !['key_state', 'unknown_key'].includes(error.code)) throw error
      await this.refresh()
      return work(await this.cipher(field, tenant))
    }
  }

  /** A new key for all that is written from now on; the old one only decrypts. @returns the new key's id */
  async rotate(field: EncryptedField, tenant: string, reason: string): Promise<number> {
    await this.refresh()
    return this.#create('data', scopeOf(field, tenant), reason)
  }

  /**
   * Destroys keys under which nothing is stored any more.
   *
   * @param remaining - how many values a sweep of the whole table found under a key
   * @throws {FieldcryptError} `conflict` values remain
   * @returns ids of the destroyed keys
   */
  async shredOld(field: EncryptedField, tenant: string, remaining: (keyId: number) => Promise<number>, reason: string) {
    await this.refresh()
    const old = usableKeys(this.#ring, 'data', scopeOf(field, tenant)).filter(({ state }) => state === 'decrypt-only')
    for (const { id } of old) {
      const left = await remaining(id)
      const at = this.#options.now().getTime()
      await this.#options.transaction((sql) => storeChanges(sql, shred(this.#ring, id, left, at, reason)))
      await this.refresh()
    }
    return old.map(({ id }) => id)
  }

  /** Ends the right of the active key to encrypt, without a successor. */
  async disable(field: EncryptedField, tenant: string, reason: string): Promise<void> {
    await this.refresh()
    const [active] = usableKeys(this.#ring, 'data', scopeOf(field, tenant))
    if (active?.state !== 'active') throw new FieldError('conflict', 'no key is active')
    const changed = demote(this.#ring, active.id, this.#options.now().getTime(), reason)
    await this.#options.transaction((sql) => storeChanges(sql, changed))
    await this.refresh()
  }

  /** Id of the key that new values are written under. @throws {FieldError} `conflict` there is none */
  async activeKey(field: EncryptedField, tenant: string): Promise<number> {
    await this.cipher(field, tenant)
    const [active] = usableKeys(this.#ring, 'data', scopeOf(field, tenant))
    if (active?.state !== 'active') throw new FieldError('conflict', `${tableName(field)}: no key is active`)
    return active.id
  }

  /** Opened keys for batches over threads, the active one first. */
  async open(field: EncryptedField, tenant: string) {
    await this.cipher(field, tenant)
    return this.#chain.open('data', scopeOf(field, tenant))
  }

  /** Looks at the key table now. */
  async refresh(): Promise<void> {
    const turn = ++this.#asked
    // The version first: a change between the two is then looked at again, not missed.
    const version = await keysVersion(this.#options.sql)
    const ring = await loadKeyring(this.#options.sql)
    // Whoever began later has seen more: what comes late must not take it away.
    if (turn < this.#applied) return
    this.#applied = turn
    this.#ring = ring
    this.#version = version
    this.#lookedAt = this.#options.now().getTime()
    this.#chain.follow(this.#ring)
    this.#ciphers.clear()
    this.#indexes.clear()
  }

  async #follow(): Promise<void> {
    const now = this.#options.now().getTime()
    if (now - this.#lookedAt < (this.#options.refreshMs ?? 5000)) return
    this.#lookedAt = now
    if ((await keysVersion(this.#options.sql)) !== this.#version || this.#version === '') await this.refresh()
  }

  async #ensure(purpose: KeyPurpose, scope: KeyScope): Promise<void> {
    if (usableKeys(this.#ring, purpose, scope).length > 0) return
    await this.refresh()
    // Somebody else may be faster: with this key, which then is the one, or with the number that was to be its own. One of all always wins.
    for (let left = ATTEMPTS; usableKeys(this.#ring, purpose, scope).length === 0; left--) {
      await this.#create(purpose, scope, 'first key').catch(async (error: unknown) => {
        if (!(error instanceof FieldError) || left <= 1) throw error
        await this.refresh()
      })
    }
  }

  async #create(purpose: KeyPurpose, scope: KeyScope, reason: string): Promise<number> {
    const before = new Set(this.#ring.keys())
    const at = this.#options.now().getTime()
    const changed = await createKey(this.#ring, this.#options.providers[0], purpose, scope, at, reason)
    await this.#options.transaction((sql) => storeChanges(sql, changed))
    await this.refresh()
    return [...changed.ring.keys()].find((id) => !before.has(id)) ?? 0
  }

  async #cached<T>(cache: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
    const known = cache.get(name)
    if (known !== undefined) return known
    const made = make()
    cache.set(name, made)
    made.catch(() => cache.get(name) === made && cache.delete(name))
    const result = await made
    // Making a first key looks at the table, which empties the caches.
    if (!cache.has(name)) cache.set(name, made)
    return result
  }
}

const scopeOf = (field: EncryptedField, tenant: string): KeyScope => ({
  tenant,
  table: tableName(field),
  column: field.column,
})
