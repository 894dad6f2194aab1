import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AssociatedData, EncodedRow, type RowKey, writeRow } from './associated-data.ts'
import { CanonicalWriter, type Part } from './canonical.ts'
import { headerFor } from './envelope.ts'
import { keyContext, scopeName } from './key-scope.ts'
import { codeOf } from './testing/keys.ts'

/** Names out of few letters, so that neighbours in meaning are neighbours in bytes. */
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\0', 'ä', '💶'), minLength: 1, maxLength: 4 })
const part: fc.Arbitrary<Part> = fc.oneof(
  name,
  fc.constant(''),
  fc.integer({ min: -3, max: 12 }),
  fc.bigInt({ min: -3n, max: 12n }),
  fc.integer({ min: 0, max: 12 }).map(String),
  fc.uint8Array({ maxLength: 3 }),
)
const place = fc.record({
  column: fc.record({ tenant: name, table: name, column: name }),
  key: fc.array(part, { minLength: 1, maxLength: 3 }),
  revision: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  id: fc.constantFrom(1, 2),
})
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never

const encoded = ({ id, column, key, revision }: Place): string =>
  Buffer.from(new AssociatedData(headerFor(id), column).encode(key, revision)).toString('hex')

/** What is meant, in another spelling: 5 and 5n are one integer, and bytes are no text. */
const meaning = ({ id, column, key, revision }: Place): string =>
  JSON.stringify([
    id,
    column.tenant,
    column.table,
    column.column,
    key.map((one) => (one instanceof Uint8Array ? ['bytes', ...one] : [typeof one === 'string', String(one)])),
    revision ?? null,
  ])

it('binds two places to the same bytes only if they are the same place', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(encoded(a) === encoded(b)).toBe(meaning(a) === meaning(b))
    }),
    { numRuns: 3000 },
  )
})

it('binds places that differ in one component, moved borders included, to different bytes', () => {
  const base = { tenant: 'ab', table: 'c', column: 'd' }
  const places: Place[] = [
    { id: 1, column: base, key: ['x', 'y'], revision: undefined },
    { id: 2, column: base, key: ['x', 'y'], revision: undefined },
    { id: 1, column: { ...base, tenant: 'a', table: 'bc' }, key: ['x', 'y'], revision: undefined },
    { id: 1, column: { ...base, table: 'cd', column: 'd' }, key: ['x', 'y'], revision: undefined },
    { id: 1, column: base, key: ['xy'], revision: undefined },
    { id: 1, column: base, key: ['x'], revision: undefined },
    { id: 1, column: base, key: ['y', 'x'], revision: undefined },
    { id: 1, column: base, key: ['x', 'y', ''], revision: undefined },
    { id: 1, column: base, key: ['', 'x', 'y'], revision: undefined },
    { id: 1, column: base, key: ['x', Buffer.from('y')], revision: undefined },
    { id: 1, column: base, key: ['x', 'y'], revision: 0 },
    { id: 1, column: base, key: ['x', 'y'], revision: 1 },
    { id: 1, column: base, key: ['x', 'y', 1], revision: undefined },
    { id: 1, column: base, key: ['x', 'y', '1'], revision: undefined },
  ]
  expect(new Set(places.map(encoded)).size).toBe(places.length)
})

it('refuses text that UTF-8 cannot tell apart', () => {
  const data = new AssociatedData(headerFor(1), { tenant: 't', table: 'u', column: 'v' })
  expect(codeOf(() => data.encode(['\ud800']))).toBe('invalid')
  expect(codeOf(() => data.encode(['a\udfff']))).toBe('invalid')
  expect(codeOf(() => data.encode(['\ufffd']))).toBe(null)
  expect(codeOf(() => new AssociatedData(headerFor(1), { tenant: '\ud800', table: 'u', column: 'v' }))).toBe('invalid')
})

it.each<[string, unknown]>([
  ['no key', []],
  ['a float', [1.5]],
  ['an integer beyond 2^53', [2 ** 53]],
  ['not a number', [Number.NaN]],
  ['null', [null]],
  ['undefined', [undefined]],
  ['a boolean', [true]],
  ['a date', [new Date(0)]],
  ['text instead of a list', 'abc'],
  ['too many columns', Array(33).fill(1)],
  ['a component too long', ['x'.repeat(65_536)]],
  ['a component too long in UTF-8', ['ä'.repeat(40_000)]],
  ['bytes too long', [new Uint8Array(65_536)]],
])('refuses a primary key that is %s', (_, key) => {
  const data = new AssociatedData(headerFor(1), { tenant: 't', table: 'u', column: 'v' })
  expect(codeOf(() => data.encode(key as RowKey))).toBe('invalid')
  // And what it refused leaves nothing behind.
  const after = Buffer.from(data.encode(['k'])).toString('hex')
  expect(after).toBe(
    encoded({ id: 1, column: { tenant: 't', table: 'u', column: 'v' }, key: ['k'], revision: undefined }),
  )
})

it('refuses tenants, tables, columns and subjects without a name', () => {
  const named = { tenant: 't', table: 'u', column: 'v' }
  for (const field of ['tenant', 'table', 'column'])
    expect(codeOf(() => new AssociatedData(headerFor(1), { ...named, [field]: '' }))).toBe('invalid')
  expect(codeOf(() => keyContext('data', { ...named, subject: '' }, 1))).toBe('invalid')
})

it('encodes a row in advance as it would encode it in place', () => {
  fc.assert(
    fc.property(place, ({ id, column, key, revision }) => {
      const writer = new CanonicalWriter()
      writeRow(writer, key, revision)
      const data = new AssociatedData(headerFor(id), column)
      const before = Buffer.from(data.encode(new EncodedRow(writer.copy())))
      expect(before.equals(data.encode(key, revision))).toBe(true)
    }),
  )
})

it('encodes long and short rows alike, whatever was encoded before', () => {
  const data = new AssociatedData(headerFor(9), { tenant: 't', table: 'u', column: 'v' })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const fresh = new AssociatedData(headerFor(9), { tenant: 't', table: 'u', column: 'v' })
      expect(Buffer.from(data.encode([text])).equals(fresh.encode([text]))).toBe(true)
      expect(Buffer.from(data.encode([text])).includes(Buffer.from(text))).toBe(true)
    }),
    { numRuns: 40, examples: [['x'.repeat(5000)], ['x'.repeat(64)], ['x'.repeat(65)], ['ä'.repeat(65)]] },
  )
})

it('names and binds keys by all of purpose, scope, subject and id', () => {
  const scope = { tenant: 't', table: 'u', column: 'v' }
  const contexts = [
    keyContext('data', scope, 1),
    keyContext('data', scope, 2),
    keyContext('index', scope, 1),
    keyContext('check', scope, 1),
    keyContext('data', { ...scope, subject: 's' }, 1),
    keyContext('data', { ...scope, subject: 't' }, 1),
    keyContext('data', { ...scope, tenant: 'tu', table: 'x' }, 1),
  ].map((bytes) => Buffer.from(bytes).toString('hex'))
  expect(new Set(contexts).size).toBe(contexts.length)
  expect(scopeName('data', { ...scope, subject: 'null' })).not.toBe(scopeName('data', scope))
})
