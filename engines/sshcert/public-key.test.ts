import { generateKeyPairSync } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { toBase64 } from './bytes.ts'
import { fingerprint, formatFingerprint, parseFingerprint, sha256 } from './fingerprint.ts'
import { fromKeyObject, toKeyObject } from './key-object.ts'
import { decodePublicKey, ecdsaKey, formatPublicKey, parsePublicKey, rsaKey } from './public-key.ts'
import { thrown } from './testing/certificates.ts'
import { PRIVATE_KEYS, PUBLIC_KEYS, publicOf } from './testing/keys.ts'
import { SshKeygen } from './testing/ssh-keygen.ts'
import { WireWriter } from './wire-writer.ts'

const keygen = new SshKeygen()
afterAll(() => keygen[Symbol.dispose]())

describe('keys of every type', () => {
  it.each(PUBLIC_KEYS)('$type: ssh-keygen reads the line and finds the same fingerprint', (key) => {
    const line = formatPublicKey(key, 'anna @ laptop')
    expect(keygen.must(['-l', '-f', keygen.file(`${line}\n`)])).toContain(` ${fingerprint(key)} anna @ laptop (`)
    expect(parsePublicKey(line)).toEqual({ key, comment: 'anna @ laptop' })
    expect(parseFingerprint(fingerprint(key))).toEqual(sha256(key.blob))
  })

  it.each(['ed25519', 'ecdsa', 'rsa'])('made by ssh-keygen -t %s are read and written the same', (type) => {
    const path = `${keygen.folder}/key-${type}`
    keygen.must(['-q', '-t', type, '-N', '', '-C', 'c', '-f', path])
    const line = keygen.read(`${path}.pub`).trimEnd()
    const { key, comment } = parsePublicKey(line)
    expect(formatPublicKey(key, comment)).toBe(line)
  })

  it.each(Object.entries(PRIVATE_KEYS))('%s: to Node and back is the same key', (type, privateKey) => {
    const key = fromKeyObject(privateKey)
    expect(key.type).toBe(type)
    expect(fromKeyObject(toKeyObject(decodePublicKey(key.blob)))).toEqual(key)
  })
})

describe('a key is refused', () => {
  const ed = publicOf(1)
  const line = formatPublicKey(ed)
  const blob = (write: (writer: WireWriter) => WireWriter): Uint8Array => write(new WireWriter()).bytes()

  it.each([
    ['under the name of another type', line.replace('ssh-ed25519', 'ssh-rsa')],
    ['with a line after it', `${line}\nssh-rsa AAAA`],
    ['with base64 of a length that none has', `${line}A`],
    ['with options before it', `restrict ${line}`],
    ['without its base64', 'ssh-ed25519'],
  ])('%s', (_, text) => {
    expect(thrown(() => parsePublicKey(text))).toMatchObject({ code: 'malformed' })
  })

  it('with loose bits at the end of its base64', () => {
    const bytes = blob((w) => w.raw(ed.blob))
    const text = toBase64(Uint8Array.of(...bytes, 0))
    const loose = `${text.slice(0, -2)}B=`
    expect(thrown(() => parsePublicKey(`ssh-ed25519 ${loose}`))).toMatchObject({ code: 'malformed' })
  })

  it('with bytes after it, or of a wrong length', () => {
    for (const bytes of [
      Uint8Array.of(...ed.blob, 0),
      blob((w) => w.string('ssh-ed25519').string(new Uint8Array(31))),
      blob((w) => w.string('ssh-ed25519').string(new Uint8Array(33))),
    ]) {
      expect(thrown(() => decodePublicKey(bytes))).toMatchObject({ code: 'malformed' })
    }
  })

  it('of ECDSA off its curve, compressed, at infinity, beyond the prime, or of another curve', () => {
    const good = fromKeyObject(PRIVATE_KEYS['ecdsa-sha2-nistp256'] ?? fail())
    if (good.type !== 'ecdsa-sha2-nistp256') throw new Error(good.type)
    const off = Uint8Array.from(good.point)
    off[64] = (off[64] ?? 0) ^ 1
    const points = [
      off,
      Uint8Array.of(2, ...good.point.subarray(1, 33)),
      Uint8Array.of(0),
      new Uint8Array(65).fill(0xff),
    ]
    points[3]?.set([4])
    for (const point of points) {
      expect(thrown(() => ecdsaKey('ecdsa-sha2-nistp256', point))).toMatchObject({ code: 'malformed' })
    }
    const mixed = blob((w) => w.string('ecdsa-sha2-nistp256').string('nistp384').string(good.point))
    expect(thrown(() => decodePublicKey(mixed))).toMatchObject({ code: 'malformed' })
  })

  it('of RSA with a number that is negative, padded, even, zero, small or huge', () => {
    const rsa = (e: Uint8Array, n: Uint8Array): Uint8Array => blob((w) => w.string('ssh-rsa').string(e).string(n))
    const modulus = Uint8Array.of(0, ...new Uint8Array(256).fill(0xff))
    const three = Uint8Array.of(3)
    expect(decodePublicKey(rsa(three, modulus)).type).toBe('ssh-rsa')
    for (const bytes of [
      rsa(three, modulus.subarray(1)),
      rsa(Uint8Array.of(0, 3), modulus),
      rsa(three, Uint8Array.of(0, ...modulus)),
      rsa(three, Uint8Array.of(...modulus.subarray(0, -1), 0xfe)),
      rsa(Uint8Array.of(), modulus),
      rsa(Uint8Array.of(0), modulus),
      rsa(Uint8Array.of(1), modulus),
    ]) {
      expect(thrown(() => decodePublicKey(bytes))).toMatchObject({ code: 'malformed' })
    }
    expect(
      thrown(() => decodePublicKey(rsa(three, Uint8Array.of(0x7f, ...new Uint8Array(126).fill(0xff))))),
    ).toMatchObject({
      code: 'unsupported',
    })
    expect(thrown(() => rsaKey(three, new Uint8Array(2049).fill(0xff)))).toMatchObject({ code: 'too_large' })
  })

  it('of a type that is not known, or that is a certificate', () => {
    for (const type of ['ssh-dss', 'ssh-ed448', 'ssh-ed25519-cert-v01@openssh.com']) {
      expect(thrown(() => decodePublicKey(blob((w) => w.string(type).string('x'))))).toMatchObject({
        code: 'unsupported',
      })
    }
    const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
    expect(thrown(() => fromKeyObject(other))).toMatchObject({ code: 'unsupported' })
  })

  it('with a comment that would be a line of its own', () => {
    expect(thrown(() => formatPublicKey(ed, 'a\nssh-rsa AAAA'))).toMatchObject({ code: 'malformed' })
  })
})

it.each(['', 'SHA256:', 'MD5:00', `SHA256:${'A'.repeat(42)}B`, `SHA256:${'A'.repeat(44)}`])(
  'a fingerprint that is none is refused: %j',
  (text) => {
    expect(thrown(() => parseFingerprint(text))).toMatchObject({ code: 'malformed' })
    expect(parseFingerprint(formatFingerprint(new Uint8Array(32)))).toEqual(new Uint8Array(32))
  },
)

function fail(): never {
  throw new Error('no key')
}
