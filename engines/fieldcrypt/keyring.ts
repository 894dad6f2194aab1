import type { KeyState } from './data-key.ts'
import { checkKeyId, MAX_KEY_ID } from './envelope.ts'
import { FieldcryptError, invalid } from './errors.ts'
import { type KeyPurpose, type KeyScope, keyContext, scopeName } from './key-scope.ts'
import type { WrappedKey } from './provider.ts'

/** A key as it is stored. It never holds an unwrapped secret. */
export interface KeyRecord {
  /** 1 to 2^32 - 1, in every envelope; never given out twice. */
  readonly id: number
  readonly purpose: KeyPurpose
  readonly scope: KeyScope
  readonly state: KeyState
  /** When it came into its state, milliseconds since 1970. */
  readonly since: number
  /** Null for a shredded key and for no other. */
  readonly wrapped: WrappedKey | null
  readonly checkValue: Uint8Array
}

/**
 * One step in the life of a key. A store carries it out only where the record is still in state `from` (and, for `rewrap`, still
 * holds the wrapped bytes that were read), in one transaction with its siblings: that is what makes two of them at once harmless.
 */
export interface KeyChange {
  readonly kind: 'create' | 'demote' | 'shred' | 'rewrap'
  readonly keyId: number
  readonly from: KeyState | null
  readonly to: KeyState
  readonly at: number
  /** Why, in words of whoever asked; part of the record. */
  readonly reason: string
}

export interface Changed {
  readonly ring: Keyring
  readonly changes: readonly KeyChange[]
}

/** What is known of every key, shredded ones included. Never changed in place. */
export type Keyring = ReadonlyMap<number, KeyRecord>

/**
 * A keyring from stored records. Errors: `invalid` where they break a rule: an id twice or out of range, two active keys for one
 * purpose and scope, a shredded key that still has its wrapped bytes, another key without them.
 */
export function keyringOf(records: Iterable<KeyRecord>): Keyring {
  const ring = new Map<number, KeyRecord>()
  const active = new Set<string>()
  for (const record of records) {
    keyContext(record.purpose, record.scope, record.id)
    if (ring.has(record.id)) throw invalid(`key ${record.id} is there twice`)
    if ((record.wrapped === null) !== (record.state === 'shredded'))
      throw invalid(`key ${record.id}: a shredded key has no wrapped bytes, every other key has`)
    if (!STATES.includes(record.state)) throw invalid(`key ${record.id} is in an unknown state`)
    const name = scopeName(record.purpose, record.scope)
    if (record.state === 'active' && active.has(name)) throw invalid(`key ${record.id}: another key is active there`)
    if (record.state === 'active') active.add(name)
    ring.set(record.id, record)
  }
  return ring
}

const STATES: readonly KeyState[] = ['active', 'decrypt-only', 'shredded']

/** The id for the next key: above every id that was ever given. Error: `exhausted`. */
export function nextKeyId(ring: Keyring): number {
  let highest = 0
  for (const id of ring.keys()) highest = Math.max(highest, id)
  if (highest >= MAX_KEY_ID) throw new FieldcryptError('exhausted', 'all key ids are used')
  return highest + 1
}

/**
 * Creates a key and makes it the active one of its purpose and scope at once; the one before it only decrypts from now on. This is
 * both the first key of a scope and a rotation. Error: `conflict` where the id was ever used.
 */
export function introduce(
  ring: Keyring,
  key: Omit<KeyRecord, 'state' | 'since' | 'wrapped'> & { readonly wrapped: WrappedKey },
  at: number,
  reason: string,
): Changed {
  checkKeyId(key.id)
  if (ring.has(key.id)) throw new FieldcryptError('conflict', `key ${key.id} exists`)
  const former = find(ring, key.purpose, key.scope)
  const demoted = former === null ? { ring, changes: [] } : demote(ring, former.id, at, reason)
  const record: KeyRecord = { ...key, state: 'active', since: at }
  const created: KeyChange = { kind: 'create', keyId: key.id, from: null, to: 'active', at, reason }
  return { ring: keyringOf([...demoted.ring.values(), record]), changes: [...demoted.changes, created] }
}

/** Takes the right to encrypt from a key, for good. Error: `conflict` unless it is active. */
export function demote(ring: Keyring, keyId: number, at: number, reason: string): Changed {
  const record = recordOf(ring, keyId)
  if (record.state !== 'active') throw new FieldcryptError('conflict', `key ${keyId} is ${record.state}`)
  return moved(ring, { ...record, state: 'decrypt-only', since: at }, 'demote', record.state, at, reason)
}

/**
 * Makes a key unusable: its wrapped bytes are dropped; the record stays, so that an envelope under it is told from one under no key at
 * all. `remaining` is the number of values that a sweep still found under it. Errors: `conflict` for an active key, a shredded
 * one, or while values remain.
 */
export function shred(ring: Keyring, keyId: number, remaining: number, at: number, reason: string): Changed {
  const record = recordOf(ring, keyId)
  if (record.state !== 'decrypt-only')
    throw new FieldcryptError('conflict', `key ${keyId} is ${record.state}: only a decrypt-only key is shredded`)
  if (remaining !== 0) throw new FieldcryptError('conflict', `values remain under key ${keyId}`)
  return moved(ring, { ...record, state: 'shredded', since: at, wrapped: null }, 'shred', record.state, at, reason)
}

/**
 * Erases a person or a tenant by destroying every key that matches, whatever its state: values become unreadable on purpose. Without a
 * subject the tenant's keys for everybody are meant, those of its subjects included. Error: `unknown_key` where nothing matches.
 */
export function eraseScope(
  ring: Keyring,
  { tenant, subject }: { readonly tenant: string; readonly subject?: string },
  at: number,
  reason: string,
): Changed {
  let changed: Changed = { ring, changes: [] }
  for (const record of ring.values()) {
    const matches = record.scope.tenant === tenant && (subject === undefined || record.scope.subject === subject)
    if (!matches || record.state === 'shredded') continue
    const gone: KeyRecord = { ...record, state: 'shredded', since: at, wrapped: null }
    const step = moved(changed.ring, gone, 'shred', record.state, at, reason)
    changed = { ring: step.ring, changes: [...changed.changes, ...step.changes] }
  }
  if (changed.changes.length === 0) throw new FieldcryptError('unknown_key', 'no key is left to erase there')
  return changed
}

/**
 * Puts the same secret under another key-encryption key; no value changes. `before` is the wrapped form that was opened for
 * this. Errors: `conflict` for a shredded key or where another re-wrap came first.
 */
export function rewrap(
  ring: Keyring,
  keyId: number,
  before: WrappedKey,
  after: WrappedKey,
  at: number,
  reason: string,
): Changed {
  const record = recordOf(ring, keyId)
  const { wrapped, state } = record
  if (wrapped === null) throw new FieldcryptError('conflict', `key ${keyId} is shredded`)
  if (!sameWrap(wrapped, before)) throw new FieldcryptError('conflict', `key ${keyId} was wrapped anew meanwhile`)
  // Its state, and so the time of it, stays.
  return moved(ring, { ...record, wrapped: after }, 'rewrap', state, at, reason)
}

/** Keys that are not under this key-encryption key and have to be wrapped anew before others are destroyed. */
export function toRewrap(ring: Keyring, provider: string, kek: string): KeyRecord[] {
  return [...ring.values()].filter(
    ({ wrapped }) => wrapped !== null && (wrapped.provider !== provider || wrapped.kek !== kek),
  )
}

/** The key for new values. Error: `key_state` where none is active. */
export function encryptingKey(ring: Keyring, purpose: KeyPurpose, scope: KeyScope): KeyRecord {
  const record = find(ring, purpose, scope)
  if (record === null)
    throw new FieldcryptError('key_state', `no key for ${purpose} of ${scope.table}.${scope.column} is active`)
  return record
}

/** The key that a stored value names. Errors: `unknown_key`, also for a key of another scope; `key_state` if shredded. */
export function decryptingKey(ring: Keyring, keyId: number, purpose: KeyPurpose, scope: KeyScope): KeyRecord {
  const record = ring.get(keyId)
  if (record === undefined || scopeName(record.purpose, record.scope) !== scopeName(purpose, scope))
    throw new FieldcryptError('unknown_key', `key ${keyId} is no key for ${purpose} of ${scope.table}.${scope.column}`)
  if (record.state === 'shredded') throw new FieldcryptError('key_state', `key ${keyId} is shredded`)
  return record
}

/** All keys that may still be used there, the active one first. */
export function usableKeys(ring: Keyring, purpose: KeyPurpose, scope: KeyScope): KeyRecord[] {
  const name = scopeName(purpose, scope)
  return [...ring.values()]
    .filter((record) => record.state !== 'shredded' && scopeName(record.purpose, record.scope) === name)
    .sort((a, b) => Number(b.state === 'active') - Number(a.state === 'active') || b.id - a.id)
}

function find(ring: Keyring, purpose: KeyPurpose, scope: KeyScope): KeyRecord | null {
  const [first] = usableKeys(ring, purpose, scope)
  return first?.state === 'active' ? first : null
}

function recordOf(ring: Keyring, keyId: number): KeyRecord {
  const record = ring.get(keyId)
  if (record === undefined) throw new FieldcryptError('unknown_key', `there is no key ${keyId}`)
  return record
}

function moved(
  ring: Keyring,
  record: KeyRecord,
  kind: KeyChange['kind'],
  from: KeyState,
  at: number,
  reason: string,
): Changed {
  return {
    ring: new Map(ring).set(record.id, record),
    changes: [{ kind, keyId: record.id, from, to: record.state, at, reason }],
  }
}

function sameWrap(a: WrappedKey, b: WrappedKey): boolean {
  return a.provider === b.provider && a.kek === b.kek && Buffer.compare(a.bytes, b.bytes) === 0
}
