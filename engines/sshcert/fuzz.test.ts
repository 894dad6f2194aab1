import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { decodeCertificate } from './certificate.ts'
import { readRevocationList } from './read-krl.ts'
import { mergeSerials } from './serial-ranges.ts'
import { thrown } from './testing/certificates.ts'
import { publicOf } from './testing/keys.ts'
import { isRead, near, samples } from './testing/samples.ts'
import { WireWriter } from './wire-writer.ts'

const SAMPLES = await samples()
/** What ends where it likes: a comment cut short is a comment, and an end of line may be missing. */
const CUT_SHORT: ReadonlyMap<string, number> = new Map([
  ['armoured signature', 1],
  ['authorized_keys', 2],
  ['allowed signers', 2],
])
const BITS_THAT_MATTER = new Set(['user certificate', 'host certificate', 'signature in a signature', 'allow-list'])

describe.each(SAMPLES)('$name', (sample) => {
  const { name, bytes } = sample

  it('is read whole, and refused cut short anywhere', () => {
    expect(isRead(sample, bytes)).toBe(true)
    const spare = CUT_SHORT.get(name) ?? 0
    for (let length = 0; length < bytes.length - spare; length++) {
      // A list may end after each of its sections: a shorter one is one, too.
      if (name === 'KRL' && isRead(sample, bytes.slice(0, length))) continue
      expect(isRead(sample, bytes.slice(0, length)), `${length} of ${bytes.length} bytes`).toBe(false)
    }
  })

  it('is refused or read with any bit changed, and never believed where it is signed', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const read = isRead(sample, changed)
      if (BITS_THAT_MATTER.has(name)) expect(read, `bit ${bit}`).toBe(false)
    }
  })

  property.prop([fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))], { numRuns: 300 })(
    'is refused or read in pieces, with pieces twice and with lengths that lie',
    (stream) => {
      isRead(
        sample,
        near(bytes, () => stream.next().value ?? 0),
      )
    },
  )
})

it('a list of revoked ends between its sections or nowhere', () => {
  const sample = SAMPLES.find(({ name }) => name === 'KRL')
  if (sample === undefined) throw new Error('no KRL')
  const ends = Array.from(sample.bytes, (_, length) => length).filter((length) =>
    isRead(sample, sample.bytes.slice(0, length)),
  )
  // After its head, both sections of certificates and two of keys; the last section is the end itself.
  expect(ends).toHaveLength(5)
})

describe('what would take all memory or time is refused before', () => {
  it('bitmaps that hold more serials than are kept', () => {
    const full = new Uint8Array(2048).fill(0xff)
    const section = new WireWriter().string('').string('')
    for (let i = 0; i < 300; i++) section.byte(0x22).nested((inner) => inner.uint64(BigInt(1 + i * 20_000)).mpint(full))
    const head = Buffer.from(
      '5353484b524c0a00000000010000000000000001000000000000000000000000000000000000000000000000',
      'hex',
    )
    const krl = new WireWriter().raw(head).byte(1).string(section.bytes()).bytes()
    expect(thrown(() => readRevocationList(krl))).toMatchObject({ code: 'too_large' })
  })

  it('a file of more than 32 MiB, and a certificate of more than 256 kB', () => {
    expect(thrown(() => readRevocationList(new Uint8Array(33_554_433)))).toMatchObject({ code: 'too_large' })
    expect(thrown(() => decodeCertificate(new Uint8Array(262_145)))).toMatchObject({ code: 'too_large' })
  })

  it('a certificate with 10,000 options', () => {
    const writer = new WireWriter()
      .string('ssh-ed25519-cert-v01@openssh.com')
      .string('')
      .string(publicOf(1).blob.slice(-32))
    writer.uint64(1n).uint32(1).string('k').string('').uint64(0n).uint64(1n)
    writer.nested((inner) => {
      for (let i = 10_000; i < 20_000; i++) inner.byte(0).byte(0).byte(0).byte(1)
    })
    expect(thrown(() => decodeCertificate(writer.bytes()))).toMatchObject({ code: 'malformed' })
  })
})

property.prop([
  fc.array(fc.bigInt({ min: 1n, max: 50n }), { maxLength: 30 }),
  fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 0n, max: 9n })), { maxLength: 10 }),
])('merged serials are the same serials, in ranges that rise and do not touch', (singles, spans) => {
  const ranges = spans.map(([from, more]) => ({ from, to: from + more }))
  const { from, to } = mergeSerials(singles, ranges)
  const all = new Set([...singles, ...ranges.flatMap((one) => serials(one.from, one.to))])
  expect(new Set([...from].flatMap((low, i) => serials(low, to[i] ?? 0n)))).toEqual(all)
  for (let i = 1; i < from.length; i++) expect(from[i] ?? 0n).toBeGreaterThan((to[i - 1] ?? 0n) + 1n)
})

const serials = (from: bigint, to: bigint): readonly bigint[] =>
  Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i))
