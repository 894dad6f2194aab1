import { describe, expect, it } from 'vitest'
import { decodeCertificate } from './certificate.ts'
import { isRevoked } from './krl.ts'
import { readRevocationList } from './read-krl.ts'
import { signCertificateSync } from './sign-certificate.ts'
import { parseMessageSignature, signMessage, verifyMessage } from './sshsig.ts'
import { LIMITS, NOW, request, thrown } from './testing/certificates.ts'
import { publicOf, signerOf } from './testing/keys.ts'
import { WireWriter } from './wire-writer.ts'
import { type RevocationRequest, writeRevocationList } from './write-krl.ts'

const CA = publicOf(1)
const HEAD = { version: 1n, generated: NOW } as const
const write = (rest: Partial<RevocationRequest> = {}): Uint8Array => writeRevocationList({ ...HEAD, ...rest }, null)
const serialsOnly = (serials: readonly bigint[]): Uint8Array => write({ certificates: [{ authority: CA, serials }] })
const EMPTY = write()
/** Bytes of a section of certificates but for what it revokes: its type and length, the authority, a reserved field. */
const SECTION_BYTES = 5 + 4 + CA.blob.length + 4

describe('the size of a list', () => {
  const size = (serials: readonly bigint[]): number => serialsOnly(serials).length - EMPTY.length - SECTION_BYTES
  const run = (from: number, length: number): readonly bigint[] => Array.from({ length }, (_, i) => BigInt(from + i))

  it('is the least that lists and ranges allow', () => {
    expect(size([1n])).toBe(5 + 8)
    expect(size([1n, 2n])).toBe(5 + 16)
    expect(size(run(1, 3))).toBe(5 + 16)
    expect(size([...run(1, 3), 9n])).toBe(21 + 5 + 8)
    expect(size([...run(1, 2), ...run(9, 2)])).toBe(5 + 32)
    expect(size([5n, 5n, 5n])).toBe(5 + 8)
  })

  it('is 21 bytes for 100,000 dense serials and 800,005 for as many that are apart', () => {
    expect(size(run(1, 100_000))).toBe(21)
    expect(size(run(1, 100_000).map((serial) => serial * 7n))).toBe(5 + 800_000)
  })
})

it('equal requests give equal bytes, in whatever order they say it', () => {
  const certificates = [{ authority: CA, serials: [9n, 1n, 5n], keyIds: ['b', 'a', 'b'] }]
  const other = [{ authority: CA, serials: [5n, 9n, 1n, 1n], keyIds: ['a', 'b'] }]
  const keys = [publicOf(4), publicOf(5)]
  expect(write({ certificates, keys })).toEqual(write({ certificates: other, keys: keys.toReversed() }))
})

describe('a list is not written', () => {
  const certificates = (part: object): Partial<RevocationRequest> => ({ certificates: [{ authority: CA, ...part }] })
  it.each([
    ['with serial 0', certificates({ serials: [0n] }), 'refused'],
    ['with a range from 0', certificates({ serialRanges: [{ from: 0n, to: 5n }] }), 'refused'],
    ['with a range that ends before it begins', certificates({ serialRanges: [{ from: 6n, to: 5n }] }), 'malformed'],
    ['with a serial beyond 64 bits', certificates({ serials: [2n ** 64n] }), 'malformed'],
    ['with a negative serial', certificates({ serials: [-1n] }), 'malformed'],
    ['with an empty key id', certificates({ keyIds: [''] }), 'malformed'],
    ['with a NUL in a key id', certificates({ keyIds: ['a\0b'] }), 'malformed'],
    ['with a fingerprint of another length', { sha256: [new Uint8Array(20)] }, 'malformed'],
    ['with a NUL in its comment', { comment: 'a\0' }, 'malformed'],
    ['as version 0', { version: 0n }, 'refused'],
  ] as const)('%s', (_, changes, code) => {
    expect(thrown(() => write(changes))).toMatchObject({ code })
  })

  it('with the version of its predecessor or an older one, or an older date', () => {
    const before = { version: 5n, generated: NOW }
    expect(writeRevocationList({ version: 6n, generated: NOW }, before)).toBeInstanceOf(Uint8Array)
    for (const head of [
      { version: 5n, generated: NOW },
      { version: 4n, generated: NOW },
      { version: 6n, generated: NOW - 1n },
    ]) {
      expect(thrown(() => writeRevocationList(head, before))).toMatchObject({ code: 'rollback' })
    }
  })
})

describe('a list is not read', () => {
  const followedBy = (section: WireWriter): Uint8Array => Uint8Array.of(...EMPTY, ...section.bytes())

  it('from an empty file, which sshd takes for a list that revokes nothing', () => {
    expect(thrown(() => readRevocationList(new Uint8Array(0)))).toMatchObject({ code: 'malformed' })
    expect(readRevocationList(EMPTY)).toMatchObject({ version: 1n, comment: '' })
  })

  const certificates = (type: number, data: Uint8Array): WireWriter =>
    new WireWriter().byte(1).nested((inner) => inner.string('').string('').byte(type).string(data))
  const numbers = (...values: readonly bigint[]): Uint8Array => {
    const writer = new WireWriter()
    for (const value of values) writer.uint64(value)
    return writer.bytes()
  }
  const bitmap = (first: bigint, bits: Uint8Array): Uint8Array => new WireWriter().uint64(first).mpint(bits).bytes()

  it.each([
    ['a signature inside', new WireWriter().byte(4).string('').string(''), 'unsupported'],
    ['an extension', new WireWriter().byte(255).string(''), 'unsupported'],
    ['an extension among certificates', certificates(0x39, new Uint8Array(9)), 'unsupported'],
    ['serial 0 in a list', certificates(0x20, numbers(5n, 0n)), 'malformed'],
    ['serial 0 in a range', certificates(0x21, numbers(0n, 5n)), 'malformed'],
    ['serial 0 in a bitmap', certificates(0x22, bitmap(0n, Uint8Array.of(3))), 'malformed'],
    ['a bitmap that goes beyond 64 bits', certificates(0x22, bitmap(2n ** 64n - 1n, Uint8Array.of(3))), 'malformed'],
    ['a bitmap over 16,385 serials', certificates(0x22, bitmap(1n, new Uint8Array(2049).fill(1))), 'too_large'],
    ['a range that ends before it begins', certificates(0x21, numbers(6n, 5n)), 'malformed'],
    ['two ranges in one section', certificates(0x21, numbers(5n, 6n, 8n, 9n)), 'malformed'],
    ['half a serial', certificates(0x20, new Uint8Array(12).fill(1)), 'malformed'],
    [
      'a fingerprint of 19 bytes',
      new WireWriter().byte(3).nested((inner) => inner.string(new Uint8Array(19))),
      'malformed',
    ],
    [
      'an authority that is no key',
      new WireWriter().byte(1).nested((inner) => inner.string('x').string('')),
      'malformed',
    ],
    ['half a section', new WireWriter().byte(2).uint32(5).byte(0), 'malformed'],
  ])('with %s', (_, section, code) => {
    expect(thrown(() => readRevocationList(followedBy(section)))).toMatchObject({ code })
  })
})

it('a certificate without a serial is revoked by its key id and never by number', () => {
  const certificate = { ...signCertificateSync(request(), signerOf(1), LIMITS), serial: 0n }
  const list = readRevocationList(
    write({ certificates: [{ authority: CA, serialRanges: [{ from: 1n, to: 2n ** 64n - 1n }] }] }),
  )
  expect(isRevoked(list, certificate)).toBeNull()
  expect(isRevoked(list, decodeCertificate(certificate.blob))).toBe('serial')
  const byId = readRevocationList(write({ certificates: [{ authority: null, keyIds: ['grant-4711'] }] }))
  expect(isRevoked(byId, certificate)).toBe('key id')
})

it('a list can be signed beside it, since sshd verifies none inside', async () => {
  const krl = serialsOnly([1n])
  const signed = parseMessageSignature(await signMessage(krl, 'krl@bergfried', signerOf(7)))
  const expected = { namespace: 'krl@bergfried', keys: [publicOf(7)] }
  expect(verifyMessage(signed, krl, expected).key).toEqual(publicOf(7))
  expect(thrown(() => verifyMessage(signed, EMPTY, expected))).toMatchObject({ code: 'unverified' })
})
