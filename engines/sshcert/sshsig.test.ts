import { describe, expect, it } from 'vitest'
import { formatAllowedSigner, parseAllowedSigner, parseAllowedSigners } from './allowed-signers.ts'
import { utf8 } from './bytes.ts'
import { formatPublicKey, rsaKey } from './public-key.ts'
import { readRevocationList } from './read-krl.ts'
import { decodeSignature, encodeSignature } from './signature.ts'
import { parseMessageSignature, signMessage, verifyMessage } from './sshsig.ts'
import { NOW, thrown } from './testing/certificates.ts'
import { authenticator, PUBLIC_KEYS, publicOf, signerOf } from './testing/keys.ts'
import { verifyAllowedMessage } from './verify-allowed-signers.ts'
import { verifySignature } from './verify-signature.ts'
import { WireWriter } from './wire-writer.ts'
import { writeRevocationList } from './write-krl.ts'

const MESSAGE = utf8('approve 4711')
const NAMESPACE = 'approval@bergfried'

const ARMOURED = await signMessage(MESSAGE, 'foo', signerOf(1))

/** The example that PROTOCOL.sshsig gives: it lacks the field of the hash that the same text demands. */
const PUBLISHED = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgJKxoLBJBivUPNTUJUSslQTt2hD
jozKvHarKeN8uYFqgAAAADZm9vAAAAAAAAAFMAAAALc3NoLWVkMjU1MTkAAABAKNC4IEbt
Tq0Fb56xhtuE1/lK9H9RZJfON4o6hE9R4ZGFX98gy0+fFJ/1d2/RxnZky0Y7GojwrZkrHT
FgCqVWAQ==
-----END SSH SIGNATURE-----
`

describe('a signature by a security key', () => {
  const verify = async (flags: number, presence: object = {}, type = 'sk-ssh-ed25519@openssh.com' as const) => {
    const sk = authenticator(type, flags)
    const signed = parseMessageSignature(await signMessage(MESSAGE, NAMESPACE, sk))
    return verifyMessage(signed, MESSAGE, { namespace: NAMESPACE, keys: [sk.key], presence })
  }

  it('says who was there and how often it signed', async () => {
    expect((await verify(0x05)).authenticator).toEqual({ userPresent: true, userVerified: true, counter: 7 })
    expect((await verify(0x01)).authenticator).toEqual({ userPresent: true, userVerified: false, counter: 7 })
  })

  it('needs a touch unless none is asked for', async () => {
    await expect(verify(0x00)).rejects.toMatchObject({ code: 'unverified' })
    await expect(verify(0x04)).rejects.toMatchObject({ code: 'unverified' })
    expect((await verify(0x00, { userPresent: false })).authenticator?.userPresent).toBe(false)
  })

  it('needs a recognised user where one is asked for', async () => {
    await expect(verify(0x01, { userVerified: true })).rejects.toMatchObject({ code: 'unverified' })
    expect((await verify(0x05, { userVerified: true })).authenticator?.userVerified).toBe(true)
  })

  it('of another application does not hold', async () => {
    const sk = authenticator('sk-ssh-ed25519@openssh.com', 1, 'ssh:')
    const other = authenticator('sk-ssh-ed25519@openssh.com', 1, 'ssh:other')
    const blob = encodeSignature(await sk.sign(MESSAGE))
    expect(verifySignature(sk.key, blob, MESSAGE).algorithm).toBe('sk-ssh-ed25519@openssh.com')
    expect(thrown(() => verifySignature(other.key, blob, MESSAGE))).toMatchObject({ code: 'unverified' })
  })

  it('a key that is in no authenticator recognises nobody', async () => {
    const signed = parseMessageSignature(await signMessage(MESSAGE, NAMESPACE, signerOf(1)))
    const expected = { namespace: NAMESPACE, keys: [publicOf(1)] }
    expect(verifyMessage(signed, MESSAGE, expected).authenticator).toBeNull()
    const code = 'unverified'
    expect(
      thrown(() => verifyMessage(signed, MESSAGE, { ...expected, presence: { userVerified: true } })),
    ).toMatchObject({ code })
  })
})

describe('an armoured signature', () => {
  it('is read with either end of line', () => {
    expect(parseMessageSignature(ARMOURED)).toMatchObject({ namespace: 'foo', hash: 'sha512', certificate: null })
    expect(parseMessageSignature(ARMOURED.replaceAll('\n', '\r\n')).namespace).toBe('foo')
  })

  it('without the field of the hash is refused, as ssh-keygen refuses the published example', () => {
    expect(thrown(() => parseMessageSignature(PUBLISHED))).toMatchObject({ code: 'too_large' })
  })

  it.each([
    ['something before it', `x\n${ARMOURED}`],
    ['something after it', `${ARMOURED}x`],
    ['no last line', ARMOURED.replace(/-----END.*\n/, '')],
    ['a blank in its base64', ARMOURED.replace('U1NI', 'U1 NI')],
    ['an empty namespace', ARMOURED.replace('AAAADZm9vAAAA', 'AAAAAAAAAAAA')],
  ])('is refused with %s', (_, text) => {
    expect(thrown(() => parseMessageSignature(text))).toMatchObject({ code: 'malformed' })
  })

  it('is not made for no namespace, nor by a signer whose signature does not hold', async () => {
    await expect(signMessage(MESSAGE, '', signerOf(1))).rejects.toMatchObject({ code: 'malformed' })
    const wrong = { key: publicOf(1), sign: signerOf(2).sign }
    await expect(signMessage(MESSAGE, 'file', wrong)).rejects.toMatchObject({ code: 'unverified' })
  })
})

describe('the envelope of a signature', () => {
  const blob = (write: (writer: WireWriter) => WireWriter): Uint8Array => write(new WireWriter()).bytes()
  const rsa = PUBLIC_KEYS.find(({ type }) => type === 'ssh-rsa') ?? publicOf(1)
  const p256 = PUBLIC_KEYS.find(({ type }) => type === 'ecdsa-sha2-nistp256') ?? publicOf(1)
  const sk = PUBLIC_KEYS.find(({ type }) => type === 'sk-ecdsa-sha2-nistp256@openssh.com') ?? publicOf(1)
  const rs = (r: number, s: number) => (w: WireWriter) =>
    w.nested((inner) => inner.string(Uint8Array.of(r)).string(Uint8Array.of(s)))

  it.each([
    ['SHA-1', rsa, blob((w) => w.string('ssh-rsa').string(new Uint8Array(256))), 'unsupported'],
    ['WebAuthn', sk, blob((w) => w.string('webauthn-sk-ecdsa-sha2-nistp256@openssh.com')), 'unsupported'],
    ['the algorithm of another key', publicOf(1), blob((w) => w.string('rsa-sha2-512').string('')), 'malformed'],
    ['a plain algorithm of a security key', sk, blob((w) => rs(1, 1)(w.string('ecdsa-sha2-nistp256'))), 'malformed'],
    ['RSA one byte short', rsa, blob((w) => w.string('rsa-sha2-512').string(new Uint8Array(255))), 'malformed'],
    [
      'r of zero',
      p256,
      blob((w) => w.string('ecdsa-sha2-nistp256').nested((i) => i.string('').string('a'))),
      'malformed',
    ],
    ['a negative s', p256, blob((w) => rs(1, 0x80)(w.string('ecdsa-sha2-nistp256'))), 'malformed'],
    ['a padded r', p256, blob((w) => rs(0, 1)(w.string('ecdsa-sha2-nistp256'))), 'malformed'],
    ['nothing after the signature of a security key', sk, blob((w) => rs(1, 1)(w.string(sk.type))), 'malformed'],
    [
      'bytes after its end',
      publicOf(1),
      blob((w) => w.string('ssh-ed25519').string(new Uint8Array(64)).byte(0)),
      'malformed',
    ],
  ])('is refused with %s', (_, key, bytes, code) => {
    expect(thrown(() => decodeSignature(key, bytes))).toMatchObject({ code })
  })

  it('does not hold for a weak RSA key', () => {
    const weak = rsaKey(Uint8Array.of(3), new Uint8Array(128).fill(0xff))
    const bytes = blob((w) => w.string('rsa-sha2-256').string(new Uint8Array(128)))
    expect(thrown(() => verifySignature(weak, bytes, MESSAGE))).toMatchObject({ code: 'unsupported' })
  })

  it('takes flags and counter from security keys, and from them always', () => {
    const bytes = new Uint8Array(64)
    const authenticatorState = { flags: 1, counter: 1 }
    expect(
      thrown(() => encodeSignature({ algorithm: 'ssh-ed25519', bytes, authenticator: authenticatorState })),
    ).toMatchObject({ code: 'malformed' })
    expect(
      thrown(() => encodeSignature({ algorithm: 'sk-ssh-ed25519@openssh.com', bytes, authenticator: null })),
    ).toMatchObject({ code: 'malformed' })
  })
})

describe('allowed signers', () => {
  const line = formatPublicKey(publicOf(1), 'c')

  it('are read with principals in quotes, options, times', () => {
    const text = `"anna@example.com,b*" cert-authority,namespaces="file,x*",valid-after="20260101Z",valid-before="20270101" ${line}`
    const signer = parseAllowedSigner(text)
    expect(signer).toMatchObject({ principals: 'anna@example.com,b*', certAuthority: true, namespaces: 'file,x*' })
    expect([signer.validAfter?.zone, signer.validBefore?.zone]).toEqual(['utc', 'local'])
    expect(parseAllowedSigner(formatAllowedSigner(signer))).toEqual(signer)
  })

  it.each([
    ['no principals', line, 'malformed'],
    ['an option that is not known', `a odd ${line}`, 'refused'],
    ['namespaces twice', `a namespaces="a",namespaces="b" ${line}`, 'refused'],
    ['namespaces without a value', `a namespaces ${line}`, 'malformed'],
    ['an end that is not after its beginning', `a valid-after="20260101",valid-before="20260101" ${line}`, 'refused'],
    ['a key that is not read', 'a ssh-dss AAAAB3NzaC1kc3M=', 'unsupported'],
  ])('are refused with %s', (_, text, code) => {
    expect(thrown(() => parseAllowedSigner(text))).toMatchObject({ code })
  })

  it('whose key is revoked are refused, and lines of local times where the place is not known', async () => {
    const signed = parseMessageSignature(await signMessage(MESSAGE, 'file', signerOf(1)))
    const expected = { identity: 'a', namespace: 'file', at: NOW }
    const revoked = readRevocationList(writeRevocationList({ version: 1n, generated: NOW, keys: [publicOf(1)] }, null))
    const allowed = parseAllowedSigners(`a ${line}`)
    expect(verifyAllowedMessage(signed, MESSAGE, allowed, expected).signer).toBe(allowed[0])
    expect(thrown(() => verifyAllowedMessage(signed, MESSAGE, allowed, { ...expected, revoked }))).toMatchObject({
      code: 'refused',
    })
    const local = parseAllowedSigners(`a valid-after="20200101" ${line}`)
    expect(thrown(() => verifyAllowedMessage(signed, MESSAGE, local, expected))).toMatchObject({ code: 'unsupported' })
    // A line that does not help is no obstacle to one that does.
    expect(verifyAllowedMessage(signed, MESSAGE, [...local, ...allowed], expected).signer).toBe(allowed[0])
  })
})
