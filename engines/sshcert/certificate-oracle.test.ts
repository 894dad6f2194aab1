import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { formatCertificate, parseCertificate } from './certificate.ts'
import type { CriticalOptions, Extension } from './certificate-options.ts'
import type { CertificateRequest } from './certificate-request.ts'
import { fingerprint } from './fingerprint.ts'
import { keyObjectSigner } from './key-object-signer.ts'
import type { PublicKey } from './public-key.ts'
import { signCertificate, signCertificateSync } from './sign-certificate.ts'
import { LIMITS, NOW, request } from './testing/certificates.ts'
import { authenticator, PRIVATE_KEYS, PUBLIC_KEYS, privateFile, publicFile, signerOf } from './testing/keys.ts'
import { SshKeygen } from './testing/ssh-keygen.ts'
import { verifyCertificate } from './verify-certificate.ts'

const keygen = new SshKeygen()
afterAll(() => keygen[Symbol.dispose]())

const iso = (seconds: bigint): string => new Date(Number(seconds) * 1000).toISOString().slice(0, 19)

/** What `-L` must print of a request. */
function expected(wanted: CertificateRequest, authority: PublicKey): Record<string, readonly string[]> {
  const { forceCommand, sourceAddresses, verifyRequired } = wanted.criticalOptions ?? {}
  return {
    'Key ID': [`"${wanted.keyId}"`],
    Serial: [String(wanted.serial)],
    Valid: [`from ${iso(wanted.validAfter)} to ${iso(wanted.validBefore)}`],
    Principals: wanted.principals,
    'Critical Options': [
      ...(forceCommand === undefined ? [] : [`force-command ${forceCommand}`]),
      ...(sourceAddresses === undefined ? [] : [`source-address ${sourceAddresses.join(',')}`]),
      ...(verifyRequired === true ? ['verify-required'] : []),
    ],
    Extensions: [...(wanted.extensions ?? [])].sort(),
    authority: [fingerprint(authority)],
    subject: [fingerprint(wanted.subject)],
    kind: [wanted.kind],
  }
}

function printed(fields: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> {
  const rest = Object.fromEntries(fields)
  const word = (name: string, pattern: RegExp): string => pattern.exec(fields.get(name)?.[0] ?? '')?.[1] ?? ''
  const kind = word('Type', / (user|host) certificate$/)
  const authority = word('Signing CA', /(SHA256:\S+)/)
  const subject = word('Public key', /(SHA256:\S+)/)
  for (const name of ['Type', 'Signing CA', 'Public key']) delete rest[name]
  return { ...rest, authority: [authority], subject: [subject], kind: [kind] }
}

describe('certificates made here', () => {
  it('are accepted by ssh-keygen for each type of key by each type of authority, field by field', async () => {
    const authorities = [
      ...Object.values(PRIVATE_KEYS).map((key) => keyObjectSigner(key)),
      authenticator('sk-ssh-ed25519@openssh.com'),
      authenticator('sk-ecdsa-sha2-nistp256@openssh.com'),
    ]
    const wanted = authorities.flatMap((authority) =>
      PUBLIC_KEYS.flatMap((subject) =>
        (['user', 'host'] as const).map((kind) => ({ authority, wanted: request({ subject, kind }) })),
      ),
    )
    const lines = await Promise.all(
      wanted.map(async (one) => formatCertificate(await signCertificate(one.wanted, one.authority, LIMITS), 'test')),
    )
    const found = keygen.list(lines).map(printed)
    expect(found).toEqual(wanted.map((one) => expected(one.wanted, one.authority.key)))
    expect(found).toHaveLength(7 * 7 * 2)
  })

  it('signed with rsa-sha2-256 are accepted, too', () => {
    const key = PRIVATE_KEYS['ssh-rsa']
    if (key === undefined) throw new Error('no key')
    const line = formatCertificate(signCertificateSync(request(), keyObjectSigner(key, 'rsa-sha2-256'), LIMITS))
    expect(keygen.list([line])[0]?.get('Signing CA')?.[0]).toMatch(/using rsa-sha2-256/)
  })

  const word = fc.stringMatching(/^[A-Za-z0-9_.:@/-]{1,40}$/)
  const critical: fc.Arbitrary<CriticalOptions> = fc.record(
    {
      forceCommand: fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/),
      sourceAddresses: fc.uniqueArray(
        fc.oneof(
          fc.ipV4(),
          fc.nat(255).map((a) => `10.${a}.0.0/16`),
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      verifyRequired: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const extensions = fc.subarray<Extension>([
    'no-touch-required',
    'permit-X11-forwarding',
    'permit-agent-forwarding',
    'permit-port-forwarding',
    'permit-pty',
    'permit-user-rc',
  ])
  const requests = fc
    .record({
      subject: fc.constantFrom(...PUBLIC_KEYS),
      serial: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
      keyId: fc.stringMatching(/^[ !#-[\]-~]{1,60}$/),
      principals: fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
      validAfter: fc.bigInt({ min: 1n, max: 4_000_000_000n }),
      seconds: fc.bigInt({ min: 1n, max: LIMITS.longestSeconds }),
      criticalOptions: critical,
      extensions,
    })
    .map(({ seconds, ...rest }) => request({ ...rest, validBefore: rest.validAfter + seconds }))

  property.prop([fc.array(requests, { minLength: 20, maxLength: 20 })], { numRuns: 10 })(
    'with random fields are printed by ssh-keygen as they were asked for, and read back the same',
    (wanted) => {
      const authority = signerOf(1)
      const made = wanted.map((one) => signCertificateSync(one, authority, LIMITS))
      const lines = made.map((certificate) => formatCertificate(certificate))
      expect(keygen.list(lines).map(printed)).toEqual(wanted.map((one) => expected(one, authority.key)))
      expect(lines.map((line) => parseCertificate(line).certificate)).toEqual(made)
    },
  )
})

describe('certificates made by ssh-keygen', () => {
  const made = (caType: string, subject: PublicKey, args: readonly string[]): string => {
    const key = PRIVATE_KEYS[caType]
    if (key === undefined) throw new Error(caType)
    const path = keygen.file(publicFile(subject), '.pub')
    keygen.must(['-q', '-s', keygen.file(privateFile(key)), ...args, path])
    return keygen.read(path.replace('.pub', '-cert.pub'))
  }

  it.each(Object.keys(PRIVATE_KEYS))('by an authority of %s are read and verified for each type of key', (caType) => {
    for (const subject of PUBLIC_KEYS) {
      const line = made(caType, subject, [
        '-I',
        'who',
        '-n',
        'anna,role:prod',
        '-z',
        '18446744073709551615',
        '-V',
        '-1m:+5m',
      ])
      const { certificate, comment } = parseCertificate(line)
      expect(comment).toBe('test')
      expect(certificate.subject.blob).toEqual(subject.blob)
      expect(certificate.serial).toBe(2n ** 64n - 1n)
      expect(certificate.principals).toEqual(['anna', 'role:prod'])
      // Its end counts from the moment of signing, not from its beginning.
      expect(certificate.validBefore - certificate.validAfter).toBe(360n)
      const at = certificate.validAfter
      const { extensions } = verifyCertificate(certificate, {
        kind: 'user',
        authorities: [certificate.authority],
        at,
        principal: 'anna',
      })
      // It adds what nobody asked for; certificates made here do not.
      expect([...extensions]).toEqual([
        'permit-X11-forwarding',
        'permit-agent-forwarding',
        'permit-port-forwarding',
        'permit-pty',
        'permit-user-rc',
      ])
      expect(formatCertificate(certificate, comment)).toBe(line.trimEnd())
    }
  })

  it('of hosts are read, and verified for names that fit a pattern', () => {
    const line = made('ssh-ed25519', signerOf(5).key, [
      '-h',
      '-I',
      'host',
      '-n',
      '*.example.com,db1',
      '-z',
      '3',
      '-V',
      '0x5:0x9',
    ])
    const { certificate } = parseCertificate(line)
    const expectedHost = { kind: 'host', authorities: [certificate.authority], at: 8n } as const
    for (const principal of ['web.example.com', 'db1']) {
      expect(verifyCertificate(certificate, { ...expectedHost, principal }).extensions.size).toBe(0)
    }
    expect(() => verifyCertificate(certificate, { ...expectedHost, principal: 'db2' })).toThrow('other principals')
  })

  const text = fc.stringMatching(/^[ !#-+.-[\]-~]{1,40}$/)
  property.prop(
    [
      fc.record({
        keyId: text.filter((id) => !id.startsWith('-')),
        serial: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
        principals: fc.uniqueArray(fc.stringMatching(/^[a-z0-9_.:@/]{1,20}$/), { minLength: 1, maxLength: 5 }),
        command: text,
        network: fc.nat(255).map((byte) => `10.${byte}.0.0/16`),
        from: fc.bigInt({ min: 1n, max: 4_000_000_000n }),
        custom: fc.stringMatching(/^[a-z]{1,9}@example\.com$/),
      }),
    ],
    { numRuns: 40 },
  )('with random fields are read as they were asked for', (asked) => {
    const { keyId, serial, principals, command, network, from, custom } = asked
    const line = made('ecdsa-sha2-nistp256', signerOf(2).key, [
      ...['-I', keyId, '-z', String(serial), '-n', principals.join(',')],
      ...['-V', `0x${from.toString(16)}:0x${(from + 10n).toString(16)}`],
      ...['-O', 'clear', '-O', `force-command=${command}`, '-O', `source-address=${network}`],
      ...['-O', 'verify-required', '-O', `extension:${custom}=x`, '-O', 'permit-pty'],
    ])
    const { certificate } = parseCertificate(line)
    expect(certificate).toMatchObject({ keyId, serial, principals, validAfter: from, validBefore: from + 10n })
    const verified = verifyCertificate(certificate, {
      kind: 'user',
      authorities: [certificate.authority],
      at: from,
      principal: principals[0] ?? '',
      address: network.replace('.0.0/16', '.3.4'),
      enforces: ['force-command', 'verify-required'],
    })
    expect(verified.restrictions).toMatchObject({ forceCommand: command, verifyRequired: true })
    expect([...verified.extensions]).toEqual(['permit-pty'])
    expect(certificate.extensions.map(({ name }) => name)).toContain(custom)
  })

  it('with a critical option that nobody knows are read and refused', () => {
    const line = made('ssh-ed25519', signerOf(2).key, [
      '-I',
      'x',
      '-n',
      'a',
      '-z',
      '1',
      '-O',
      'critical:odd@example.com=1',
    ])
    const { certificate } = parseCertificate(line)
    expect(() =>
      verifyCertificate(certificate, { kind: 'user', authorities: [certificate.authority], at: NOW, principal: 'a' }),
    ).toThrow('odd@example.com is not known')
  })

  it('without principals, which would be for all, are read and refused', () => {
    const { certificate } = parseCertificate(made('ssh-ed25519', signerOf(2).key, ['-I', 'x', '-z', '1']))
    expect(certificate.principals).toEqual([])
    for (const principal of ['a', '', '*']) {
      expect(() =>
        verifyCertificate(certificate, { kind: 'user', authorities: [certificate.authority], at: NOW, principal }),
      ).toThrow('for no principal')
    }
  })
})
