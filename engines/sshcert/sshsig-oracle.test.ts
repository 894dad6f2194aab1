import type { KeyObject } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { formatAllowedSigner, parseAllowedSigners } from './allowed-signers.ts'
import { utf8 } from './bytes.ts'
import { formatCertificate } from './certificate.ts'
import { SshError } from './errors.ts'
import { fromKeyObject } from './key-object.ts'
import { keyObjectSigner } from './key-object-signer.ts'
import { formatPublicKey, type PublicKey } from './public-key.ts'
import { signCertificateSync } from './sign-certificate.ts'
import type { Signer } from './signer.ts'
import { formatMessageSignature, parseMessageSignature, signMessage, verifyMessage } from './sshsig.ts'
import { LIMITS, NOW, request } from './testing/certificates.ts'
import { authenticator, PRIVATE_KEYS, privateFile, publicFile, signerOf } from './testing/keys.ts'
import { type Ended, SshKeygen } from './testing/ssh-keygen.ts'
import { verifyAllowedMessage } from './verify-allowed-signers.ts'

const keygen = new SshKeygen()
afterAll(() => keygen[Symbol.dispose]())

const MESSAGE = utf8('approve 4711\n')
const plain = Object.values(PRIVATE_KEYS)
const signers: readonly Signer[] = [
  ...plain.map((key) => keyObjectSigner(key)),
  authenticator('sk-ssh-ed25519@openssh.com'),
  authenticator('sk-ecdsa-sha2-nistp256@openssh.com', 0x05, 'ssh:other'),
]

/** `ssh-keygen -Y verify` by a file of allowed signers. */
function judged(armoured: string, message: Uint8Array, allowed: string, namespace: string, identity = 'anna'): Ended {
  const args = ['-Y', 'verify', '-f', keygen.file(`${allowed}\n`), '-I', identity, '-n', namespace]
  return keygen.run([...args, '-s', keygen.file(armoured)], message)
}

const allowing = (key: PublicKey): string => `anna ${formatPublicKey(key)}`

describe('signatures made here', () => {
  it('hold for ssh-keygen with every type of key and both hashes', async () => {
    for (const signer of signers) {
      for (const hash of ['sha256', 'sha512'] as const) {
        const armoured = await signMessage(MESSAGE, 'approval@bergfried', signer, hash)
        expect(judged(armoured, MESSAGE, allowing(signer.key), 'approval@bergfried').status).toBe(0)
        expect(judged(armoured, utf8('other'), allowing(signer.key), 'approval@bergfried').status).not.toBe(0)
        expect(judged(armoured, MESSAGE, allowing(signer.key), 'file').status).not.toBe(0)
      }
    }
  })
})

describe('signatures made by ssh-keygen', () => {
  const made = (args: readonly string[], privateKey: KeyObject, message: Uint8Array): string => {
    const path = keygen.file(privateFile(privateKey))
    keygen.write(`${path}.pub`, publicFile(fromKeyObject(privateKey)))
    return keygen.must(['-q', '-Y', 'sign', '-n', 'file', ...args, '-f', path], message)
  }

  property.prop([fc.uint8Array({ maxLength: 2000 }), fc.constantFrom('sha256', 'sha512')], { numRuns: 5 })(
    'hold here with every type of key and both hashes, for their message alone',
    (message, hash) => {
      for (const privateKey of plain) {
        const key = fromKeyObject(privateKey)
        const armoured = made(['-O', `hashalg=${hash}`], privateKey, message)
        const signed = parseMessageSignature(armoured)
        expect(signed.hash).toBe(hash)
        expect(verifyMessage(signed, message, { namespace: 'file', keys: [signerOf(9).key, key] }).key).toBe(key)
        expect(formatMessageSignature(signed)).toBe(armoured)
        const other = Uint8Array.of(...message, 0)
        expect(() => verifyMessage(signed, other, { namespace: 'file', keys: [key] })).toThrow('does not hold')
        expect(() => verifyMessage(signed, message, { namespace: 'mail', keys: [key] })).toThrow('another namespace')
        expect(() => verifyMessage(signed, message, { namespace: 'file', keys: [signerOf(9).key] })).toThrow(
          'another key',
        )
      }
    },
  )

  it('with a certificate count by a line of their authority, as in ssh-keygen', () => {
    const [ca, user] = [signerOf(1), PRIVATE_KEYS['ssh-ed25519']]
    if (user === undefined) throw new Error('no key')
    const now = BigInt(Math.floor(Date.now() / 1000))
    const times = { validAfter: now - 60n, validBefore: now + 600n }
    const wanted = request({ subject: fromKeyObject(user), principals: ['anna'], ...times })
    const private_ = keygen.file(privateFile(user))
    const certified = keygen.file(`${formatCertificate(signCertificateSync(wanted, ca, LIMITS))}\n`)
    const armoured = keygen.must(
      ['-q', '-Y', 'sign', '-n', 'file', '-f', certificateBeside(private_, certified)],
      MESSAGE,
    )
    const signed = parseMessageSignature(armoured)
    expect(signed.certificate?.principals).toEqual(['anna'])
    const line = `*a cert-authority ${formatPublicKey(ca.key)}`
    const expected = { identity: 'anna', namespace: 'file', at: now }
    expect(judged(armoured, MESSAGE, line, 'file').status).toBe(0)
    expect(verifyAllowedMessage(signed, MESSAGE, parseAllowedSigners(line), expected).signer.certAuthority).toBe(true)
    for (const [other, identity] of [
      [line, 'berta'],
      [`b* cert-authority ${formatPublicKey(ca.key)}`, 'anna'],
      [`*a cert-authority ${formatPublicKey(signerOf(9).key)}`, 'anna'],
      [`*a ${formatPublicKey(ca.key)}`, 'anna'],
      [`*a cert-authority,namespaces="mail" ${formatPublicKey(ca.key)}`, 'anna'],
    ] as const) {
      expect(judged(armoured, MESSAGE, other, 'file', identity).status).not.toBe(0)
      expect(() =>
        verifyAllowedMessage(signed, MESSAGE, parseAllowedSigners(other), { ...expected, identity }),
      ).toThrow()
    }
    expect(() => verifyMessage(signed, MESSAGE, { namespace: 'file', keys: [signed.key] })).toThrow('by a certificate')
  })
})

/** ssh-keygen takes the certificate where it is asked for the public file and finds the private key beside it. */
function certificateBeside(privatePath: string, certificatePath: string): string {
  const path = keygen.file(keygen.read(privatePath), '-pair')
  keygen.write(`${path}-cert.pub`, keygen.read(certificatePath))
  return `${path}-cert.pub`
}

describe('lines of allowed signers', () => {
  const key = signerOf(2)
  const local = (seconds: bigint): bigint => seconds

  const time = fc.constantFrom(
    '20200101',
    '20200101Z',
    '202601010000',
    '20260101000000Z',
    '20260101000001',
    '20991231UTC',
  )
  const line = fc.record({
    principals: fc.constantFrom('anna', '*', 'berta,an?a', '*,!anna', '"anna"', 'ANNA', 'a*a,b'),
    namespaces: fc.constantFrom(null, 'file', 'mail,fi*', '*,!file', 'FILE'),
    after: fc.option(time),
    before: fc.option(time),
  })
  property.prop([line], { numRuns: 60 })('mean here what they mean to ssh-keygen, at any time', async (one) => {
    const options = [
      ...(one.namespaces === null ? [] : [`namespaces="${one.namespaces}"`]),
      ...(one.after === null ? [] : [`valid-after="${one.after}"`]),
      ...(one.before === null ? [] : [`Valid-Before="${one.before}"`]),
    ].join(',')
    const text = [one.principals, ...(options === '' ? [] : [options]), formatPublicKey(key.key, 'some key')].join(' ')
    const armoured = await signMessage(MESSAGE, 'file', key)
    const args = ['-Y', 'verify', '-f', keygen.file(`# a comment\n\n${text}\n`), '-I', 'anna', '-n', 'file']
    const oracle = keygen.run([...args, '-O', 'verify-time=20260101Z', '-s', keygen.file(armoured)], MESSAGE)
    let held = true
    try {
      const lines = parseAllowedSigners(`# a comment\n\n${text}\n`)
      expect(lines.map(formatAllowedSigner).flatMap((again) => parseAllowedSigners(again))).toEqual(lines)
      const expected = { identity: 'anna', namespace: 'file', at: NOW, localTime: local }
      verifyAllowedMessage(parseMessageSignature(armoured), MESSAGE, lines, expected)
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      held = false
    }
    expect(held, oracle.stderr).toBe(oracle.status === 0)
  })
})
