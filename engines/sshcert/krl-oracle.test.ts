import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { type Certificate, formatCertificate } from './certificate.ts'
import { SshError } from './errors.ts'
import { sha1, sha256 } from './fingerprint.ts'
import { isRevoked } from './krl.ts'
import { formatPublicKey } from './public-key.ts'
import { readRevocationList } from './read-krl.ts'
import { signCertificateSync } from './sign-certificate.ts'
import { LIMITS, NOW, request, thrown } from './testing/certificates.ts'
import { PUBLIC_KEYS, publicFile, publicOf, signerOf } from './testing/keys.ts'
import { SshKeygen } from './testing/ssh-keygen.ts'
import { type RevocationRequest, writeRevocationList } from './write-krl.ts'

const keygen = new SshKeygen()
afterAll(() => keygen[Symbol.dispose]())

const CA = signerOf(1)
const OTHER = signerOf(3)
const HEAD = { version: 1n, generated: NOW } as const
const certificate = (serial: bigint, keyId = 'k', by = CA): Certificate =>
  signCertificateSync(request({ serial, keyId }), by, LIMITS)
const write = (rest: Partial<RevocationRequest>): Uint8Array => writeRevocationList({ ...HEAD, ...rest }, null)

/** A list by ssh-keygen itself, from its own specification. */
function generated(specification: string, authority = CA.key): Uint8Array {
  const out = keygen.file('', '.krl')
  keygen.must(['-q', '-k', '-f', out, '-s', keygen.file(publicFile(authority)), '-z', '9', keygen.file(specification)])
  return keygen.bytes(out)
}

/** Whether each is revoked; both must say the same. */
function bothSay(krl: Uint8Array, subjects: readonly Certificate[]): readonly boolean[] {
  const list = readRevocationList(krl)
  const own = subjects.map((subject) => isRevoked(list, subject) !== null)
  const lines = subjects.map((subject) => formatCertificate(subject))
  expect(keygen.revokes(krl, lines)).toEqual(own)
  return own
}

/** Serials of these that are revoked. */
function revokedOf(krl: Uint8Array, serials: readonly bigint[]): readonly bigint[] {
  const said = bothSay(
    krl,
    serials.map((serial) => certificate(serial)),
  )
  return serials.filter((_, i) => said[i])
}

describe('lists written here are read by ssh-keygen', () => {
  it('serials as a list and as ranges, for one authority alone', () => {
    const serials = [1n, 2n, 5n, 100n, 101n, 102n, 2n ** 64n - 1n]
    const krl = write({ certificates: [{ authority: CA.key, serials, serialRanges: [{ from: 200n, to: 300n }] }] })
    const revoked = [...serials, 200n, 250n, 300n]
    expect(revokedOf(krl, [...revoked, 3n, 4n, 6n, 99n, 103n, 199n, 301n, 2n ** 64n - 2n])).toEqual(revoked)
    expect(bothSay(krl, [certificate(5n, 'k', OTHER)])).toEqual([false])
  })

  it('key ids, for one authority and for all', () => {
    const krl = write({
      certificates: [
        { authority: CA.key, keyIds: ['grant-1', 'über 2'] },
        { authority: null, keyIds: ['everywhere'], serials: [77n] },
      ],
    })
    const cases: readonly (readonly [Certificate, boolean])[] = [
      [certificate(1n, 'grant-1'), true],
      [certificate(1n, 'über 2'), true],
      [certificate(1n, 'grant-1', OTHER), false],
      [certificate(1n, 'grant-10'), false],
      [certificate(1n, 'everywhere', OTHER), true],
      [certificate(77n, 'k', OTHER), true],
      [certificate(78n, 'k', OTHER), false],
    ]
    const subjects = cases.map(([subject]) => subject)
    expect(bothSay(krl, subjects)).toEqual(cases.map(([, revoked]) => revoked))
  })

  it('keys whole and by fingerprint, of every type', () => {
    for (const [i, key] of PUBLIC_KEYS.entries()) {
      const other = PUBLIC_KEYS[(i + 1) % PUBLIC_KEYS.length] ?? key
      for (const part of [{ keys: [key] }, { sha256: [sha256(key.blob)] }, { sha1: [sha1(key.blob)] }]) {
        const krl = write(part)
        expect(keygen.revokes(krl, [formatPublicKey(key), formatPublicKey(other)])).toEqual([true, false])
        const list = readRevocationList(krl)
        expect([isRevoked(list, key) === null, isRevoked(list, other)]).toEqual([false, null])
      }
    }
  })

  it('a key that is revoked takes the certificates of it and by it with it', () => {
    expect(bothSay(write({ keys: [publicOf(2)] }), [certificate(1n)])).toEqual([true])
    expect(bothSay(write({ sha256: [sha256(CA.key.blob)] }), [certificate(1n)])).toEqual([true])
    expect(bothSay(write({ keys: [OTHER.key] }), [certificate(1n)])).toEqual([false])
  })

  it('version, date and comment', () => {
    const krl = writeRevocationList({ version: 2n ** 60n, generated: NOW, comment: 'hosts of Bonn' }, null)
    const text = keygen.must(['-Q', '-l', '-f', keygen.file(krl)])
    expect(text).toContain(`# KRL version ${2n ** 60n}`)
    expect(text).toContain('20260101T000000')
    expect(text).toContain('hosts of Bonn')
    expect(readRevocationList(krl)).toMatchObject({ version: 2n ** 60n, generated: NOW, comment: 'hosts of Bonn' })
  })

  const serial = fc.oneof(fc.bigInt({ min: 1n, max: 60n }), fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }))
  const range = fc.tuple(serial, fc.bigInt({ min: 0n, max: 40n })).map(([from, more]) => {
    const end = from + more
    return { from, to: end < 2n ** 64n ? end : 2n ** 64n - 1n }
  })
  property.prop(
    [
      fc.array(serial, { maxLength: 40 }),
      fc.array(range, { maxLength: 6 }),
      fc.array(serial, { minLength: 6, maxLength: 6 }),
    ],
    { numRuns: 25 },
  )('random serials: the same certificates are revoked, no more and no fewer', (serials, serialRanges, others) => {
    const krl = write({ certificates: [{ authority: CA.key, serials, serialRanges }] })
    const probes = [
      ...others,
      ...serials.slice(0, 3),
      ...serialRanges.slice(0, 2).flatMap(({ from, to }) => [from, to + 1n]),
    ]
    const valid = probes.filter((one) => one < 2n ** 64n)
    const isWanted = (one: bigint): boolean =>
      serials.includes(one) || serialRanges.some(({ from, to }) => from <= one && one <= to)
    expect(revokedOf(krl, valid)).toEqual(valid.filter(isWanted))
  })
})

describe('lists written by ssh-keygen are read here', () => {
  it('serials as list, range and bitmap, key ids, keys and fingerprints', () => {
    const dense = Array.from({ length: 400 }, (_, i) => `serial: ${1000 + 3 * i}`)
    const bitmap = Array.from({ length: 100 }, (_, i) => `serial: ${5000 + 2 * i}`)
    const krl = generated(
      [
        ...['serial: 1', 'serial: 7', 'serial: 20-90', 'id: some one', ...dense, ...bitmap],
        ...[`key: ${formatPublicKey(publicOf(4))}`, `sha1: ${formatPublicKey(publicOf(5))}`],
        `sha256: ${formatPublicKey(publicOf(6))}`,
      ].join('\n'),
    )
    expect(readRevocationList(krl).version).toBe(9n)
    const revoked = [1n, 7n, 20n, 90n, 1000n, 1003n, 2197n, 5000n, 5002n, 5198n]
    const others = [2n, 19n, 91n, 999n, 1001n, 1002n, 2198n, 4999n, 5001n, 5199n, 5200n]
    expect(revokedOf(krl, [...revoked, ...others])).toEqual(revoked)
    expect(bothSay(krl, [certificate(2n, 'some one')])).toEqual([true])
    const list = readRevocationList(krl)
    expect([4, 5, 6, 7].map((seed) => isRevoked(list, publicOf(seed)))).toEqual([
      'key',
      'SHA1 fingerprint',
      'SHA256 fingerprint',
      null,
    ])
  })

  property.prop([fc.uniqueArray(fc.bigInt({ min: 1n, max: 3000n }), { minLength: 1, maxLength: 300 })], {
    numRuns: 25,
  })('random serials, whatever sections it chooses: exactly they are revoked', (serials) => {
    const list = readRevocationList(generated(serials.map((serial) => `serial: ${serial}`).join('\n')))
    const wanted = new Set(serials)
    const one = certificate(1n)
    const found = Array.from({ length: 3002 }, (_, i) => BigInt(i)).filter(
      (serial) => isRevoked(list, { ...one, serial }) !== null,
    )
    expect(new Set(found)).toEqual(wanted)
  })
})

describe('a bitmap over more than 16,384 serials', () => {
  const every7th = Array.from({ length: 3000 }, (_, i) => BigInt(1 + 7 * i))
  const own = write({ certificates: [{ authority: CA.key, serials: every7th }] })

  it('is what ssh-keygen makes of scattered serials and then cannot read: nobody would get in', () => {
    const krl = generated(every7th.map((serial) => `serial: ${serial}`).join('\n'))
    const { status, stderr } = keygen.run(['-Q', '-l', '-f', keygen.file(krl)])
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/bignum|invalid format|too large/i)
    expect(thrown(() => readRevocationList(krl))).toMatchObject({ code: 'too_large' })
  })

  it('is never written here: the same serials are read by ssh-keygen', () => {
    const probes = [1n, 2n, 7n, 8n, 20_993n, 20_994n, 20_995n]
    expect(revokedOf(own, probes)).toEqual([1n, 8n, 20_994n])
  })
})

describe('what is accepted here, ssh-keygen can read', () => {
  const base = write({
    comment: 'x',
    certificates: [
      { authority: CA.key, serials: [1n, 9n], serialRanges: [{ from: 20n, to: 40n }], keyIds: ['a', 'bc'] },
      { authority: null, keyIds: ['d'] },
    ],
    keys: [publicOf(4)],
    sha1: [sha1(CA.key.blob)],
    sha256: [sha256(OTHER.key.blob)],
  })

  it('however one byte was changed', () => {
    let accepted = 0
    // A prime apart, so that a run takes seconds and still meets every kind of field.
    for (let i = 0; i < base.length * 8; i += 7) {
      const changed = Uint8Array.from(base)
      changed[i >> 3] = (changed[i >> 3] ?? 0) ^ (1 << (i & 7))
      try {
        readRevocationList(changed)
      } catch (error) {
        if (error instanceof SshError) continue
        throw error
      }
      accepted++
      expect(keygen.run(['-Q', '-l', '-f', keygen.file(changed)]).status, `bit ${i}`).toBe(0)
    }
    expect(accepted).toBeGreaterThan(50)
  })
})
