import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RowKey } from './associated-data.ts'
import { parseEnvelope } from './envelope.ts'
import { FieldcryptError } from './errors.ts'
import { FieldCipher } from './field-cipher.ts'
import { COLUMN, codeOf, knownKey, openKey } from './testing/keys.ts'

const text = (value: string): Buffer => Buffer.from(value)
const SECRET = text('sk_live_do_not_tell')
const key = openKey()
const cipher = new FieldCipher(COLUMN, [key])
const rowKey: fc.Arbitrary<RowKey> = fc.array(
  fc.oneof(fc.uuid(), fc.bigInt(), fc.maxSafeInteger(), fc.uint8Array({ maxLength: 20 })),
  { minLength: 1, maxLength: 4 },
)

describe('a value', () => {
  it('comes back, from any row with a simple or compound key, 47 bytes longer while it is encrypted', () => {
    fc.assert(
      fc.property(
        rowKey,
        fc.uint8Array({ maxLength: 2000 }),
        fc.option(fc.nat(), { nil: undefined }),
        (row, value, n) => {
          const envelope = cipher.encrypt(row, value, n)
          expect(envelope.length).toBe(value.length + 47)
          expect(cipher.decrypt(row, envelope, n).equals(value)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('never encrypts to the same envelope twice', () => {
    const seen = new Set(Array.from({ length: 2000 }, () => cipher.encrypt(['a'], SECRET).toString('hex')))
    expect(seen.size).toBe(2000)
  })

  it('is not to be seen in its envelope', () => {
    expect(cipher.encrypt(['a'], SECRET).includes(SECRET)).toBe(false)
  })

  it('is read by a cipher made anew, and by one that derives a key for every message', () => {
    const envelope = new FieldCipher(COLUMN, [key], { messagesPerHead: 1 }).encrypt([7], SECRET)
    expect(cipher.decrypt([7], envelope)).toEqual(SECRET)
    expect(new FieldCipher(COLUMN, [key]).decrypt([7n], cipher.encrypt([7], SECRET))).toEqual(SECRET)
  })

  it('is handed out in memory of its own', () => {
    const value = cipher.decrypt(['a'], cipher.encrypt(['a'], SECRET))
    expect(value.buffer.byteLength).toBe(SECRET.length)
  })

  it('of more than 64 MiB is refused, one of nothing is not', () => {
    expect(codeOf(() => cipher.encrypt(['a'], new Uint8Array(2 ** 26 + 1)))).toBe('too_large')
    expect(cipher.decrypt(['a'], cipher.encrypt(['a'], new Uint8Array(0)))).toEqual(Buffer.alloc(0))
    expect(codeOf(() => cipher.encrypt(['a'], 'text' as unknown as Uint8Array))).toBe('invalid')
  })
})

describe('an envelope', () => {
  it('is refused after any change of one bit', () => {
    const envelope = cipher.encrypt(['a'], SECRET)
    const codes = new Map<string | null, number>()
    for (let bit = 0; bit < 8 * envelope.length; bit++) {
      const changed = Buffer.from(envelope)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit % 8))
      const code = codeOf(() => cipher.decrypt(['a'], changed))
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    // The first byte; version and algorithm; the key id; all that the tag covers.
    expect(Object.fromEntries(codes)).toEqual({
      malformed: 8 + 1,
      unsupported: 16,
      unknown_key: 31,
      unverified: 8 * (24 + SECRET.length + 16),
    })
  })

  it('is refused when it was cut at any place, or is longer', () => {
    const envelope = cipher.encrypt(['a'], SECRET)
    for (let length = 0; length < envelope.length; length++)
      expect(codeOf(() => cipher.decrypt(['a'], envelope.subarray(0, length)))).toMatch(
        /malformed|unverified|unsupported/,
      )
    expect(codeOf(() => cipher.decrypt(['a'], Buffer.concat([envelope, Buffer.alloc(1)])))).toBe('unverified')
  })

  it('is refused in another row, however the keys resemble each other', () => {
    fc.assert(
      fc.property(rowKey, rowKey, (a, b) => {
        const same = a.length === b.length && a.every((part, i) => String(part) === String(b[i]))
        fc.pre(!same)
        expect(codeOf(() => cipher.decrypt(b, cipher.encrypt(a, SECRET)))).toBe('unverified')
      }),
      { numRuns: 300 },
    )
    for (const [a, b] of [
      [['1'], [1]],
      [['a', 'b'], ['ab']],
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      [['a'], ['a', '']],
    ] as [RowKey, RowKey][])
      expect(codeOf(() => cipher.decrypt(b, cipher.encrypt(a, SECRET)))).toBe('unverified')
  })

  it.each([
    ['tenant', { ...COLUMN, tenant: 'other' }],
    ['table', { ...COLUMN, table: 'other' }],
    ['column', { ...COLUMN, column: 'other' }],
  ])('is refused in another %s, even under the very same key', (_, column) => {
    const there = new FieldCipher(column, [knownKey(1, 5, 'data', column)])
    const here = new FieldCipher(COLUMN, [knownKey(1, 5)])
    const envelope = here.encrypt(['a'], SECRET)
    expect(here.decrypt(['a'], envelope)).toEqual(SECRET)
    expect(codeOf(() => there.decrypt(['a'], envelope))).toBe('unverified')
  })

  it('is refused under another revision of its row, or without one', () => {
    const envelope = cipher.encrypt(['a'], SECRET, 3)
    expect(cipher.decrypt(['a'], envelope, 3n)).toEqual(SECRET)
    for (const revision of [2, 4, undefined])
      expect(codeOf(() => cipher.decrypt(['a'], envelope, revision))).toBe('unverified')
    expect(codeOf(() => cipher.decrypt(['a'], envelope, '3' as unknown as number))).toBe('invalid')
  })

  it('is refused when its parts come from two envelopes of the same cell', () => {
    const [a, b] = [cipher.encrypt(['a'], SECRET), new FieldCipher(COLUMN, [key]).encrypt(['a'], SECRET)]
    for (const border of [8, 19, 31, a.length - 16])
      expect(codeOf(() => cipher.decrypt(['a'], Buffer.concat([a.subarray(0, border), b.subarray(border)])))).toBe(
        'unverified',
      )
  })
})

describe('keys', () => {
  it('new values take the active one, old values stay readable and say that they are outdated', () => {
    const old = openKey(1)
    const before = new FieldCipher(COLUMN, [old]).encrypt(['a'], SECRET)
    old.demote('decrypt-only')
    const both = new FieldCipher(COLUMN, [openKey(2), old])
    const after = both.encrypt(['a'], SECRET)
    expect([parseEnvelope(before).keyId, parseEnvelope(after).keyId]).toEqual([1, 2])
    expect([both.isOutdated(before), both.isOutdated(after)]).toEqual([true, false])
    expect(both.decryptBatch([before, after].map((envelope) => ({ row: ['a'], envelope })))).toEqual([SECRET, SECRET])
  })

  it('that were demoted encrypt nothing, that were shredded do nothing, at once and for good', () => {
    const one = openKey()
    const own = new FieldCipher(COLUMN, [one])
    const envelope = own.encrypt(['a'], SECRET)
    one.demote('decrypt-only')
    expect(codeOf(() => own.encrypt(['a'], SECRET))).toBe('key_state')
    expect(own.decrypt(['a'], envelope)).toEqual(SECRET)
    one.demote('active')
    expect(codeOf(() => own.encrypt(['a'], SECRET))).toBe('key_state')
    one.demote('shredded')
    expect(codeOf(() => own.decrypt(['a'], envelope))).toBe('key_state')
    expect(codeOf(() => own.isOutdated(envelope))).toBe('key_state')
    one.demote('active')
    expect(codeOf(() => own.decrypt(['a'], envelope))).toBe('key_state')
    expect(codeOf(() => new FieldCipher(COLUMN, [one]))).toBe('key_state')
  })

  it('that the cipher was not given are unknown', () => {
    const envelope = new FieldCipher(COLUMN, [openKey(77)]).encrypt(['a'], SECRET)
    expect(codeOf(() => cipher.decrypt(['a'], envelope))).toBe('unknown_key')
    expect(codeOf(() => new FieldCipher(COLUMN, []).encrypt(['a'], SECRET))).toBe('key_state')
  })

  it('of another column, tenant, purpose or subject, twice, or twice active are not taken', () => {
    const scopes = ['tenant', 'table', 'column'].map((field) => ({ ...COLUMN, [field]: 'other' }))
    for (const scope of scopes) expect(codeOf(() => new FieldCipher(COLUMN, [openKey(1, { scope })]))).toBe('invalid')
    expect(codeOf(() => new FieldCipher(COLUMN, [openKey(1, { purpose: 'index' })]))).toBe('invalid')
    expect(codeOf(() => new FieldCipher(COLUMN, [openKey(1), openKey(2)]))).toBe('invalid')
    expect(codeOf(() => new FieldCipher(COLUMN, [openKey(1), openKey(1, { state: 'decrypt-only' })]))).toBe('invalid')
    const anna = openKey(2, { scope: { ...COLUMN, subject: 'anna' }, state: 'decrypt-only' })
    expect(codeOf(() => new FieldCipher(COLUMN, [openKey(1), anna]))).toBe('invalid')
  })
})

describe('a batch', () => {
  const cells = ['a', 'b', 'c'].map((row) => ({ row: [row], value: text(row), revision: 1 }))

  it('does what single calls do, in order', () => {
    const stored = cipher
      .encryptBatch(cells)
      .map((envelope, i) => ({ row: [['a', 'b', 'c'][i] ?? ''], envelope, revision: 1 }))
    expect(cipher.decryptBatch(stored)).toEqual(cells.map(({ value }) => value))
  })

  it('is all or nothing and names the place, or answers for each', () => {
    const stored = cipher.encryptBatch(cells).map((envelope) => ({ row: ['b'], envelope, revision: 1 }))
    expect(() => cipher.decryptBatch(stored)).toThrow('value 0 of the batch: the tag does not verify')
    expect(() => cipher.encryptBatch([...cells, { row: [], value: SECRET }])).toThrow('value 3 of the batch')
    expect(cipher.tryDecryptBatch(stored).map(({ ok }) => ok)).toEqual([false, true, false])
  })
})

it('no error holds a value, a key or a tenant', () => {
  const secretTenant = { ...COLUMN, tenant: 'customer-name' }
  const one = knownKey(1, 0x41, 'data', secretTenant)
  const own = new FieldCipher(secretTenant, [one])
  const envelope = own.encrypt(['row-key'], SECRET)
  const failures = [
    () => own.decrypt(['other-row'], envelope),
    () => own.decrypt(['row-key'], envelope.subarray(1)),
    () => own.decrypt(['row-key'], SECRET),
    () => own.encrypt([{} as string], SECRET),
    () => new FieldCipher(COLUMN, [one]),
    () => new FieldCipher(secretTenant, []).encrypt(['row-key'], SECRET),
  ].map((fail) => {
    try {
      fail()
    } catch (error) {
      return error
    }
    throw new Error('nothing failed')
  })
  for (const error of failures) {
    expect(error).toBeInstanceOf(FieldcryptError)
    const all = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
    for (const hidden of [SECRET.toString(), SECRET.toString('hex'), 'AAAA', '41414141', 'customer-name', 'row-key'])
      expect(all).not.toContain(hidden)
  }
})
