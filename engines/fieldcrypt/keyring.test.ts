import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyScope } from './key-scope.ts'
import {
  type Changed,
  decryptingKey,
  demote,
  encryptingKey,
  eraseScope,
  introduce,
  type KeyRecord,
  type Keyring,
  keyringOf,
  nextKeyId,
  rewrap,
  shred,
  toRewrap,
  usableKeys,
} from './keyring.ts'
import { codeOf } from './testing/keys.ts'

const SCOPE: KeyScope = { tenant: 't', table: 'u', column: 'v' }
const OTHER: KeyScope = { ...SCOPE, subject: 'anna' }
const wrap = (kek: string, byte = 0) => ({ provider: 'p', kek, bytes: Uint8Array.of(byte) })
const fresh = (id: number, scope = SCOPE) => ({
  id,
  purpose: 'data' as const,
  scope,
  wrapped: wrap('k1'),
  checkValue: new Uint8Array(32),
})
const add = (ring: Keyring, scope = SCOPE, at = 1): Changed =>
  introduce(ring, fresh(nextKeyId(ring), scope), at, 'test')
const states = (ring: Keyring): string[] => [...ring.values()].map(({ state }) => state)

describe('a keyring', () => {
  it('gives a scope its first key, and at a rotation lets the old one only decrypt', () => {
    const first = add(keyringOf([]))
    expect(first.changes).toEqual([{ kind: 'create', keyId: 1, from: null, to: 'active', at: 1, reason: 'test' }])
    const second = add(first.ring, SCOPE, 5)
    expect(second.changes.map(({ kind, keyId, from, to }) => [kind, keyId, from, to])).toEqual([
      ['demote', 1, 'active', 'decrypt-only'],
      ['create', 2, null, 'active'],
    ])
    expect(encryptingKey(second.ring, 'data', SCOPE).id).toBe(2)
    expect(usableKeys(second.ring, 'data', SCOPE).map(({ id }) => id)).toEqual([2, 1])
    expect(decryptingKey(second.ring, 1, 'data', SCOPE).since).toBe(5)
    expect(states(first.ring)).toEqual(['active'])
  })

  it('keeps scopes, subjects and purposes apart', () => {
    const { ring } = add(add(keyringOf([])).ring, OTHER)
    expect(states(ring)).toEqual(['active', 'active'])
    expect(encryptingKey(ring, 'data', OTHER).id).toBe(2)
    expect(codeOf(() => decryptingKey(ring, 2, 'data', SCOPE))).toBe('unknown_key')
    expect(codeOf(() => decryptingKey(ring, 1, 'index', SCOPE))).toBe('unknown_key')
    expect(codeOf(() => encryptingKey(ring, 'index', SCOPE))).toBe('key_state')
    expect(codeOf(() => decryptingKey(ring, 3, 'data', SCOPE))).toBe('unknown_key')
  })

  it('shreds a key only after it was demoted and nothing is left under it', () => {
    const { ring } = add(add(keyringOf([])).ring)
    expect(codeOf(() => shred(ring, 2, 0, 9, 'test'))).toBe('conflict')
    expect(codeOf(() => shred(ring, 1, 3, 9, 'test'))).toBe('conflict')
    const done = shred(ring, 1, 0, 9, 'test')
    expect(done.ring.get(1)).toMatchObject({ state: 'shredded', wrapped: null, since: 9 })
    expect(codeOf(() => decryptingKey(done.ring, 1, 'data', SCOPE))).toBe('key_state')
    expect(codeOf(() => shred(done.ring, 1, 0, 9, 'test'))).toBe('conflict')
    expect(codeOf(() => demote(done.ring, 1, 9, 'test'))).toBe('conflict')
  })

  it('erases one subject, or a tenant with all its subjects, whatever the states', () => {
    const { ring } = add(add(add(add(keyringOf([])).ring, OTHER).ring, OTHER).ring, { ...SCOPE, tenant: 'x' })
    const anna = eraseScope(ring, { tenant: 't', subject: 'anna' }, 9, 'asked')
    expect(states(anna.ring)).toEqual(['active', 'shredded', 'shredded', 'active'])
    expect(anna.changes.map(({ from }) => from)).toEqual(['decrypt-only', 'active'])
    expect(states(eraseScope(ring, { tenant: 't' }, 9, 'left').ring)).toEqual([
      'shredded',
      'shredded',
      'shredded',
      'active',
    ])
    expect(codeOf(() => eraseScope(anna.ring, { tenant: 't', subject: 'anna' }, 9, 'again'))).toBe('unknown_key')
  })

  it('wraps keys anew without touching their state, and notices that somebody else did', () => {
    const { ring } = add(add(keyringOf([])).ring)
    expect(toRewrap(ring, 'p', 'k2').map(({ id }) => id)).toEqual([1, 2])
    const { ring: after, changes } = rewrap(ring, 1, wrap('k1'), wrap('k2', 1), 9, 'test')
    expect(after.get(1)).toMatchObject({ state: 'decrypt-only', since: 1, wrapped: { kek: 'k2' } })
    expect(changes[0]).toMatchObject({ kind: 'rewrap', from: 'decrypt-only', to: 'decrypt-only' })
    expect(toRewrap(after, 'p', 'k2').map(({ id }) => id)).toEqual([2])
    expect(codeOf(() => rewrap(after, 1, wrap('k1'), wrap('k3'), 9, 'test'))).toBe('conflict')
    const gone = shred(after, 1, 0, 10, 'test').ring
    expect(codeOf(() => rewrap(gone, 1, wrap('k2', 1), wrap('k3'), 11, 'test'))).toBe('conflict')
    expect(toRewrap(gone, 'p', 'k2').map(({ id }) => id)).toEqual([2])
  })

  it('never gives an id out twice, up to the last', () => {
    const { ring } = add(add(keyringOf([])).ring)
    expect(codeOf(() => introduce(ring, fresh(1), 9, 'test'))).toBe('conflict')
    expect(nextKeyId(shred(ring, 1, 0, 9, 'test').ring)).toBe(3)
    expect(codeOf(() => introduce(ring, fresh(0), 9, 'test'))).toBe('invalid')
    expect(codeOf(() => introduce(ring, fresh(2 ** 32), 9, 'test'))).toBe('invalid')
    const full = introduce(ring, fresh(2 ** 32 - 1), 9, 'test').ring
    expect(codeOf(() => nextKeyId(full))).toBe('exhausted')
  })

  it.each<[string, Partial<KeyRecord>[]]>([
    ['two active keys of one scope', [{ id: 1 }, { id: 2 }]],
    ['an id twice', [{ id: 1 }, { id: 1, state: 'decrypt-only' }]],
    ['a shredded key with its secret', [{ id: 1, state: 'shredded' }]],
    ['an active key without its secret', [{ id: 1, wrapped: null }]],
    ['an unknown state', [{ id: 1, state: 'paused' as 'active' }]],
    ['an unknown purpose', [{ id: 1, purpose: 'all' as 'data' }]],
    ['an id out of range', [{ id: 0 }]],
    ['a scope without a table', [{ id: 1, scope: { ...SCOPE, table: '' } }]],
  ])('does not load with %s', (_, records) => {
    const whole = records.map((record): KeyRecord => ({ ...fresh(1), state: 'active', since: 0, ...record }))
    expect(codeOf(() => keyringOf(whole))).toBe('invalid')
  })

  it('whatever is done in whatever order: keys lose rights only, one is active at most, and a reload changes nothing', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'addOther', 'demote', 'shred', 'erase', 'rewrap'),
      id: fc.integer({ min: 1, max: 6 }),
    })
    const rank = { active: 2, 'decrypt-only': 1, shredded: 0 }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let ring = keyringOf([])
        steps.forEach(({ what, id }, at) => {
          const before = ring
          const code = codeOf(() => {
            ring = apply(before, what, id, at).ring
          })
          if (code !== null) expect(['conflict', 'unknown_key']).toContain(code)
          for (const [known, { state, wrapped }] of before) {
            const after = ring.get(known)
            if (after === undefined) throw new Error('a key vanished')
            expect(rank[after.state]).toBeLessThanOrEqual(rank[state])
            if (wrapped === null) expect(after.wrapped).toBe(null)
          }
          // Checks the rules, too.
          expect(keyringOf(ring.values())).toEqual(ring)
        })
      }),
      { numRuns: 300 },
    )
  })
})

function apply(ring: Keyring, what: string, id: number, at: number): Changed {
  switch (what) {
    case 'add':
      return add(ring, SCOPE, at)
    case 'addOther':
      return add(ring, OTHER, at)
    case 'demote':
      return demote(ring, id, at, 'test')
    case 'shred':
      return shred(ring, id, 0, at, 'test')
    case 'erase':
      return eraseScope(ring, { tenant: 't', subject: 'anna' }, at, 'test')
    default:
      return rewrap(ring, id, wrap('k1'), wrap('k1', at), at, 'test')
  }
}
