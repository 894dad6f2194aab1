import { describe, expect, it } from 'vitest'
import { type Certificate, decodeCertificate, formatCertificate, parseCertificate } from './certificate.ts'
import { bytesToSign, type CertificateRequest } from './certificate-request.ts'
import { SshError, type SshReason } from './errors.ts'
import { toKeyObject } from './key-object.ts'
import { keyObjectSigner } from './key-object-signer.ts'
import { rsaKey } from './public-key.ts'
import { readRevocationList } from './read-krl.ts'
import { signCertificate, signCertificateSync } from './sign-certificate.ts'
import { wrapSignature } from './signer.ts'
import { LIMITS, NOW, request, thrown } from './testing/certificates.ts'
import { authenticator, publicOf, signerOf } from './testing/keys.ts'
import { type Expected, verifyCertificate } from './verify-certificate.ts'
import { WireWriter } from './wire-writer.ts'
import { writeRevocationList } from './write-krl.ts'

const CA = signerOf(1)
const made = (changes: Partial<CertificateRequest> = {}): Certificate =>
  signCertificateSync(request(changes), CA, LIMITS)
const EXPECTED: Expected = { kind: 'user', authorities: [CA.key], at: NOW, principal: 'role:prod-ssh' }
const refusal = (certificate: Certificate, changes: Partial<Expected> = {}): unknown =>
  thrown(() => verifyCertificate(certificate, { ...EXPECTED, ...changes }))

describe('an authority signs nothing', () => {
  const cases: readonly (readonly [string, Partial<CertificateRequest>, SshReason])[] = [
    ['for nobody, which would be for everybody', { principals: [] }, 'refused'],
    ['for a principal without a name', { principals: [''] }, 'refused'],
    ['for a principal twice', { principals: ['a', 'a'] }, 'refused'],
    ['for a principal that other places read as two', { principals: ['a,root'] }, 'refused'],
    ['for a principal with a blank', { principals: ['a b'] }, 'refused'],
    ['for a principal that is a comment in a file', { principals: ['#a'] }, 'refused'],
    ['for a principal with a line end', { principals: ['a\nroot'] }, 'refused'],
    [
      'for more principals than sshd reads',
      { principals: Array.from({ length: 257 }, (_, i) => `p${i}`) },
      'too_large',
    ],
    ['without a serial, which could not be revoked', { serial: 0n }, 'refused'],
    ['with a serial below 0', { serial: -1n }, 'malformed'],
    ['with a serial beyond 64 bits', { serial: 2n ** 64n }, 'malformed'],
    ['without a key id', { keyId: '' }, 'malformed'],
    ['with a key id that breaks the line of a log', { keyId: 'a\nAccepted' }, 'malformed'],
    ['with a key id that is half a character', { keyId: '\ud800' }, 'malformed'],
    ['that ends when it begins', { validBefore: NOW - 60n }, 'refused'],
    ['for longer than its limit', { validBefore: NOW - 60n + LIMITS.longestSeconds + 1n }, 'refused'],
    ['for ever', { validBefore: 2n ** 64n - 1n }, 'refused'],
    ['before time began', { validAfter: -1n }, 'malformed'],
    ['with a nonce that can be foreseen', { nonce: new Uint8Array(15) }, 'malformed'],
    ['for a host with extensions', { kind: 'host', extensions: ['permit-pty'] }, 'refused'],
    ['for a host with critical options', { kind: 'host', criticalOptions: { verifyRequired: true } }, 'refused'],
    ['with an extension twice', { extensions: ['permit-pty', 'permit-pty'] }, 'refused'],
    ['bound to no network at all', { criticalOptions: { sourceAddresses: [] } }, 'refused'],
    ['bound to a network that sshd refuses', { criticalOptions: { sourceAddresses: ['10.0.0.1/8'] } }, 'malformed'],
    ['bound to an empty command', { criticalOptions: { forceCommand: '' } }, 'malformed'],
  ]
  it.each(cases)('%s', (_, changes, code) => {
    expect(thrown(() => made(changes))).toMatchObject({ code })
  })

  it('that its signer signed with another key', async () => {
    const wrong = { key: CA.key, sign: signerOf(2).sign }
    await expect(signCertificate(request(), wrong, LIMITS)).rejects.toMatchObject({ code: 'unverified' })
    const other = {
      key: CA.key,
      sign: () => ({ algorithm: 'rsa-sha2-512' as const, bytes: new Uint8Array(64), authenticator: null }),
    }
    expect(thrown(() => signCertificateSync(request(), other, LIMITS))).toMatchObject({ code: 'malformed' })
  })

  it('with an authenticator that nobody touched', async () => {
    const untouched = authenticator('sk-ssh-ed25519@openssh.com', 0)
    await expect(signCertificate(request(), untouched, LIMITS)).rejects.toMatchObject({ code: 'unverified' })
  })
})

describe('a certificate', () => {
  it('holds what was asked for and nothing else', () => {
    const wanted = request()
    const { nonce, ...rest } = made(wanted)
    expect(nonce).toEqual(wanted.nonce)
    expect(rest).toMatchObject({ kind: 'user', serial: 7n, keyId: 'grant-4711', principals: ['role:prod-ssh'] })
    expect([rest.criticalOptions, rest.extensions]).toEqual([[], []])
    expect(rest.signed).toEqual(bytesToSign(wanted, CA.key, LIMITS))
  })

  it('is equal for equal requests, with a signer that waits, too', async () => {
    const wanted = request()
    const slow = { key: CA.key, sign: async (message: Uint8Array) => CA.sign(message) }
    expect((await signCertificate(wanted, slow, LIMITS)).blob).toEqual(made(wanted).blob)
  })

  it('is not accepted under the name of another type', () => {
    const line = formatCertificate(made(), 'anna')
    expect(parseCertificate(`${line}\r\n`).comment).toBe('anna')
    const code = 'malformed'
    expect(thrown(() => parseCertificate(line.replace('ed25519', 'rsa')))).toMatchObject({ code })
  })
})

describe('a certificate is believed', () => {
  it('from its first second on and before its last', () => {
    const certificate = made()
    expect(verifyCertificate(certificate, { ...EXPECTED, at: NOW - 60n }).certificate).toBe(certificate)
    expect(verifyCertificate(certificate, { ...EXPECTED, at: NOW + 599n }).certificate).toBe(certificate)
    expect(refusal(certificate, { at: NOW - 61n })).toMatchObject({ code: 'expired' })
    expect(refusal(certificate, { at: NOW + 600n })).toMatchObject({ code: 'expired' })
  })

  it('by an authority that is trusted, and whose signature holds', () => {
    const certificate = made()
    expect(refusal(certificate, { authorities: [publicOf(3)] })).toMatchObject({ code: 'unverified' })
    expect(refusal(certificate, { authorities: [] })).toMatchObject({ code: 'unverified' })
    const forged = Uint8Array.from(certificate.blob)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(refusal(decodeCertificate(forged))).toMatchObject({ code: 'unverified' })
  })

  it('for its kind and its principals, of which case counts', () => {
    expect(refusal(made(), { kind: 'host' })).toMatchObject({ code: 'refused' })
    for (const principal of ['role:prod', 'role:prod-ssh2', 'Role:prod-ssh', '', '*']) {
      expect(refusal(made(), { principal })).toMatchObject({ code: 'refused' })
    }
    // A pattern is one for hosts alone.
    expect(refusal(made({ principals: ['*'] }))).toMatchObject({ code: 'refused' })
  })

  it('from its networks, and nowhere where the address is not known', () => {
    const certificate = made({ criticalOptions: { sourceAddresses: ['10.8.0.0/16', '2001:db8::/32', '192.0.2.7'] } })
    for (const address of ['10.8.255.1', '2001:db8:1::5', '192.0.2.7', '::ffff:10.8.0.1']) {
      expect(verifyCertificate(certificate, { ...EXPECTED, address }).certificate).toBe(certificate)
    }
    for (const address of ['10.9.0.1', '2001:db9::1', '192.0.2.8', '::ffff:10.9.0.1', '::1']) {
      expect(refusal(certificate, { address })).toMatchObject({ code: 'refused' })
    }
    expect(refusal(certificate)).toMatchObject({ code: 'refused' })
  })

  it('with options that the caller enforces', () => {
    const certificate = made({ criticalOptions: { forceCommand: 'backup', verifyRequired: true } })
    expect(refusal(certificate)).toMatchObject({ code: 'refused' })
    expect(refusal(certificate, { enforces: ['force-command'] })).toMatchObject({ code: 'refused' })
    expect(refusal(certificate, { enforces: ['verify-required'] })).toMatchObject({ code: 'refused' })
    const { restrictions } = verifyCertificate(certificate, {
      ...EXPECTED,
      enforces: ['force-command', 'verify-required'],
    })
    expect(restrictions).toEqual({ forceCommand: 'backup', sourceAddresses: null, verifyRequired: true })
  })

  it('while nothing revokes it', () => {
    const certificate = made()
    const listing = (serial: bigint) =>
      readRevocationList(
        writeRevocationList(
          { version: 1n, generated: NOW, certificates: [{ authority: CA.key, serials: [serial] }] },
          null,
        ),
      )
    expect(verifyCertificate(certificate, { ...EXPECTED, revoked: listing(8n) }).certificate).toBe(certificate)
    expect(refusal(certificate, { revoked: listing(7n) })).toMatchObject({ code: 'refused' })
  })

  it('not by RSA with fewer than 2,048 bits', () => {
    const modulus = new Uint8Array(128).fill(0xff)
    const weak = rsaKey(Uint8Array.of(1, 0, 1), modulus)
    const certificate = made()
    const signature = new WireWriter().string('rsa-sha2-512').string(new Uint8Array(128)).bytes()
    expect(refusal({ ...certificate, authority: weak, signature }, { authorities: [weak] })).toMatchObject({
      code: 'unsupported',
    })
  })
})

describe('what no certificate may hold', () => {
  /** A certificate of these parts, signed properly. */
  const built = (changes: Readonly<Record<string, (writer: WireWriter) => unknown>>): Uint8Array => {
    const parts: Record<string, (writer: WireWriter) => unknown> = {
      type: (w) => w.string('ssh-ed25519-cert-v01@openssh.com'),
      nonce: (w) => w.string(new Uint8Array(32)),
      key: (w) => w.string(new Uint8Array(32).fill(9)),
      serial: (w) => w.uint64(1n),
      kind: (w) => w.uint32(1),
      keyId: (w) => w.string('k'),
      principals: (w) => w.nested((inner) => inner.string('p')),
      after: (w) => w.uint64(0n),
      before: (w) => w.uint64(2n ** 64n - 1n),
      critical: (w) => w.string(''),
      extensions: (w) => w.string(''),
      reserved: (w) => w.string(''),
      authority: (w) => w.string(CA.key.blob),
      ...changes,
    }
    const writer = new WireWriter()
    for (const write of Object.values(parts)) write(writer)
    writer.string(wrapSignature(CA.key, CA.sign(writer.bytes())))
    return writer.bytes()
  }
  const entries =
    (...names: readonly string[]) =>
    (w: WireWriter) =>
      w.nested((inner) => names.map((name) => inner.string(name).string('')))

  it('is known from one that is in order', () => {
    expect(decodeCertificate(built({}))).toMatchObject({ serial: 1n, principals: ['p'] })
  })

  const cases: readonly (readonly [string, Parameters<typeof built>[0]])[] = [
    ['a type that is not known', { type: (w) => w.string('ssh-dss-cert-v01@openssh.com') }],
    ['neither user nor host', { kind: (w) => w.uint32(3) }],
    ['a NUL in its key id', { keyId: (w) => w.string('a\0b') }],
    ['bytes that are no text', { keyId: (w) => w.string(Uint8Array.of(0xff)) }],
    ['extensions that do not rise', { extensions: entries('b', 'a') }],
    ['an extension twice', { extensions: entries('a', 'a') }],
    ['a critical option without a name', { critical: entries('') }],
    ['contents in the reserved field', { reserved: (w) => w.string('x') }],
    ['a certificate as its authority', { authority: (w) => w.string(made().blob) }],
    [
      'more than 256 principals',
      { principals: (w) => w.nested((i) => Array.from({ length: 257 }, () => i.string('p'))) },
    ],
  ]
  it.each(cases)('%s', (_, changes) => {
    expect(thrown(() => decodeCertificate(built(changes)))).toBeInstanceOf(SshError)
  })

  it('bytes after its end', () => {
    expect(thrown(() => decodeCertificate(Uint8Array.of(...built({}), 0)))).toMatchObject({ code: 'malformed' })
  })

  it('a flag with contents is refused when it is verified', () => {
    const bytes = built({ extensions: (w) => w.nested((i) => i.string('permit-pty').string('x')) })
    expect(refusal(decodeCertificate(bytes), { principal: 'p' })).toMatchObject({ code: 'malformed' })
  })
})

it('a signer wants a private key', () => {
  expect(thrown(() => keyObjectSigner(toKeyObject(publicOf(1))))).toMatchObject({ code: 'unsupported' })
})
