import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlindIndex, type BlindIndexOptions, type Indexed } from './blind-index.ts'
import { type Cardinality, indexBits } from './index-bits.ts'
import { type Normalisation, normalise } from './normalise.ts'
import { COLUMN, codeOf, knownKey, openKey } from './testing/keys.ts'

const key = openKey(1, { purpose: 'index' })
const MANY: Cardinality = { kind: 'known', values: 1_000_000 }
const index = (options: Partial<BlindIndexOptions> = {}, keys = [key]): BlindIndex =>
  new BlindIndex(COLUMN, keys, { name: 'by_email', cardinality: MANY, ...options })
const hex = (value: Buffer | null): string => value?.toString('hex') ?? 'null'

describe('the length of an index', () => {
  it.each<[string, Cardinality]>([
    ['booleans', { kind: 'boolean' }],
    ['enums', { kind: 'enum' }],
    ['two values', { kind: 'known', values: 2 }],
    ['countries', { kind: 'known', values: 250 }],
    ['one value too few', { kind: 'known', values: 1023 }],
    ['a dominating value', { kind: 'known', values: 1e6, commonestShare: 0.04 }],
    ['PINs by a generator', { kind: 'random', bits: 13 }],
    ['weak tokens', { kind: 'random', bits: 111 }],
  ])('is refused for %s', (_, cardinality) => {
    expect(codeOf(() => indexBits(cardinality))).toBe('tiny_domain')
    expect(codeOf(() => index({ cardinality }))).toBe('tiny_domain')
  })

  it('is full for random secrets only, and leaves two to four values per bucket for all else', () => {
    expect(indexBits({ kind: 'random', bits: 128 })).toBe(256)
    fc.assert(
      fc.property(fc.double({ min: 1024, max: 1e60, noNaN: true }), (values) => {
        const perBucket = values / 2 ** indexBits({ kind: 'known', values })
        expect(perBucket).toBeGreaterThanOrEqual(2)
        expect(perBucket).toBeLessThan(4)
      }),
    )
    expect(indexBits({ kind: 'known', values: 1e300 })).toBe(256)
  })

  it.each<Cardinality>([
    { kind: 'known', values: 0 },
    { kind: 'known', values: Number.NaN },
    { kind: 'known', values: Number.POSITIVE_INFINITY },
    { kind: 'known', values: 5000, commonestShare: Number.NaN },
    { kind: 'known', values: 5000, commonestShare: 1.1 },
    { kind: 'random', bits: Number.NaN },
  ])('is not made up from nonsense: %j', (cardinality) => {
    expect(codeOf(() => indexBits(cardinality))).toBe('invalid')
  })
})

describe('a blind index', () => {
  it('is the same for the same value and fills its bits: 18 of a million values, three bytes, the rest zero', () => {
    const one = index()
    expect(one.bits).toBe(18)
    const buckets = new Set<string>()
    let seen = 0
    for (let i = 0; i < 3000; i++) {
      const value = one.value(`value ${i}`) ?? Buffer.alloc(0)
      expect(value.length).toBe(3)
      expect((value[2] ?? 0) & 0x3f).toBe(0)
      expect(hex(one.value(`value ${i}`))).toBe(hex(value))
      seen |= value.readUIntBE(0, 3)
      buckets.add(hex(value))
    }
    expect(seen).toBe(0xffffc0)
    // Of 2^18 buckets 3000 values meet in about 17.
    expect(buckets.size).toBeGreaterThan(2900)
    expect(buckets.size).toBeLessThan(3000)
  })

  it('differs with key, name, rule, length and the borders between components', () => {
    const full: Cardinality = { kind: 'random', bits: 256 }
    const other = openKey(1, { purpose: 'index' })
    const values: (Buffer | null)[] = [
      index({ cardinality: full }).value('ab', 'c'),
      index({ cardinality: full }).value('a', 'bc'),
      index({ cardinality: full }).value('abc'),
      index({ cardinality: full }).value(Buffer.from('abc')),
      index({ cardinality: full, name: 'other' }).value('abc'),
      index({ cardinality: full, normalisation: 'nfc' }).value('abc'),
      index({ cardinality: full }, [other]).value('abc'),
      index({ cardinality: { kind: 'known', values: 2 ** 250 } })
        .value('abc')
        ?.subarray(0, 30) ?? null,
    ]
    const starts = values.map((value) => hex(value).slice(0, 20))
    expect(new Set(starts).size).toBe(values.length)
  })

  it('of a null is null and finds nothing, also beside other values', () => {
    expect(index().value(null)).toBe(null)
    expect(index().value('a', null)).toBe(null)
    expect(index().search(null)).toEqual([])
    expect(index().value('')).not.toBe(null)
  })

  it('finds rows from before a rotation, and writes with the new key alone', () => {
    const [old, young] = [knownKey(1, 1, 'index'), knownKey(2, 2, 'index')]
    const before = hex(index({}, [old]).value('a'))
    old.demote('decrypt-only')
    const both = index({}, [old, young])
    expect(hex(both.value('a'))).toBe(hex(index({}, [young]).value('a')))
    expect(both.search('a').map(hex)).toEqual([before, hex(both.value('a'))])
    old.demote('shredded')
    expect(both.search('a').map(hex)).toEqual([hex(both.value('a'))])
    young.close()
    expect(codeOf(() => both.search('a'))).toBe('key_state')
    expect(codeOf(() => both.value('a'))).toBe('key_state')
  })

  it('takes keys for an index of its column, of a tenant and not of one person', () => {
    expect(codeOf(() => index({}, [openKey(1)]))).toBe('invalid')
    expect(codeOf(() => index({}, [openKey(1, { purpose: 'index', scope: { ...COLUMN, tenant: 'x' } })]))).toBe(
      'invalid',
    )
    expect(codeOf(() => index({}, [openKey(1, { purpose: 'index', scope: { ...COLUMN, subject: 'x' } })]))).toBe(
      'invalid',
    )
    expect(codeOf(() => index({ name: '' }))).toBe('invalid')
  })

  it('takes text and bytes, nothing else', () => {
    for (const value of [true, 5, undefined, {}, '\ud800'])
      expect(codeOf(() => index().value(value as Indexed))).toBe('invalid')
    expect(codeOf(() => index().value())).toBe('invalid')
    expect(codeOf(() => index({ normalisation: 'upper' as Normalisation }).value('a'))).toBe('invalid')
  })
})

describe('normalisation', () => {
  const same = (rule: Normalisation, a: string, b: string): boolean =>
    hex(index({ normalisation: rule }).value(a)) === hex(index({ normalisation: rule }).value(b))

  it.each<[Normalisation, string, string, boolean]>([
    ['exact', 'ä', 'a\u0308', false],
    ['nfc', 'ä', 'a\u0308', true],
    ['nfc', 'Ä', 'ä', false],
    ['caseless', ' Anna\tMÜLLER ', 'anna mu\u0308ller', true],
    ['caseless', 'ﬁ', 'FI', true],
    ['caseless', 'anna', 'ann', false],
    ['digits', '4111 1111-1111 1111', '4111111111111111', true],
    ['digits', '12', '21', false],
  ])('%s: “%s” and “%s” are the same: %s', (rule, a, b, expected) => {
    expect(same(rule, a, b)).toBe(expected)
  })

  it('done twice is done once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Normalisation>('exact', 'nfc', 'caseless'),
        fc.string({ unit: 'binary', maxLength: 30 }),
        (rule, text) => {
          const once = normalise(rule, text)
          expect(normalise(rule, once)).toBe(once)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('does not take text without digits for digits', () => {
    expect(codeOf(() => normalise('digits', 'abc'))).toBe('invalid')
    expect(normalise('digits', '')).toBe('')
  })
})
