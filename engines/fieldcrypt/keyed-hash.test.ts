import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keyIdOf } from './envelope.ts'
import { KEYED_HASH_BYTES, KeyedHash } from './keyed-hash.ts'
import { COLUMN, codeOf, openKey } from './testing/keys.ts'

const secret = Buffer.from('bf_live_0123456789abcdef')
const key = openKey(3, { purpose: 'check' })
const hashes = new KeyedHash(COLUMN, [key])

it('a secret is recognised by its hash, another is not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (one, other) => {
      const stored = hashes.hash(one)
      expect(stored.length).toBe(KEYED_HASH_BYTES)
      expect(hashes.check(one, stored)).toEqual({ ok: true, outdated: false })
      expect(hashes.check(other, stored).ok).toBe(Buffer.compare(one, other) === 0)
    }),
  )
})

it('a hash changed by one bit recognises nothing', () => {
  const stored = hashes.hash(secret)
  for (let bit = 0; bit < 8 * stored.length; bit++) {
    const changed = Buffer.from(stored)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit % 8))
    if (bit < 16) expect(codeOf(() => hashes.check(secret, changed))).toBe('malformed')
    else if (bit < 48) expect(codeOf(() => hashes.check(secret, changed))).toBe('unknown_key')
    else expect(hashes.check(secret, changed)).toEqual({ ok: false })
  }
})

it('the same secret has the same hash under one key, and another under every other key', () => {
  expect(hashes.hash(secret)).toEqual(hashes.hash(secret))
  expect(new KeyedHash(COLUMN, [openKey(3, { purpose: 'check' })]).hash(secret)).not.toEqual(hashes.hash(secret))
})

it('after a rotation old hashes hold and say that they are outdated; after a shredding they do not', () => {
  const old = openKey(1, { purpose: 'check' })
  const stored = new KeyedHash(COLUMN, [old]).hash(secret)
  old.demote('decrypt-only')
  const both = new KeyedHash(COLUMN, [old, openKey(2, { purpose: 'check' })])
  expect(both.check(secret, stored)).toEqual({ ok: true, outdated: true })
  expect(both.check(secret, both.hash(secret))).toEqual({ ok: true, outdated: false })
  expect(both.search(secret)).toEqual([stored, both.hash(secret)])
  old.close()
  expect(codeOf(() => both.check(secret, stored))).toBe('key_state')
  expect(both.search(secret)).toEqual([both.hash(secret)])
})

it('short secrets get no hash, keys for other things make none, and no envelope is taken for a hash', () => {
  expect(codeOf(() => hashes.hash(randomBytes(15)))).toBe('invalid')
  expect(codeOf(() => hashes.hash('password1234567890' as unknown as Uint8Array))).toBe('invalid')
  expect(codeOf(() => new KeyedHash(COLUMN, [openKey(1)]))).toBe('invalid')
  const scope = { ...COLUMN, column: 'other' }
  expect(codeOf(() => new KeyedHash(COLUMN, [openKey(1, { purpose: 'check', scope })]))).toBe('invalid')
  expect(codeOf(() => new KeyedHash(COLUMN, []).hash(secret))).toBe('key_state')
  expect(codeOf(() => new KeyedHash(COLUMN, []).search(secret))).toBe('key_state')
  expect(codeOf(() => keyIdOf(hashes.hash(secret)))).toBe('unsupported')
  for (const length of [0, 2, 6, 37, 39])
    expect(codeOf(() => hashes.check(secret, Buffer.alloc(length, 0xbf)))).toBe('malformed')
})
