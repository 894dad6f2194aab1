import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAllowList, signAllowList } from './allow-list.ts'
import { formatCertificate } from './certificate.ts'
import type { CertificateRequest } from './certificate-request.ts'
import { fingerprint } from './fingerprint.ts'
import { answerPrincipals } from './principals-answer.ts'
import { signCertificateSync } from './sign-certificate.ts'
import { LIMITS, request } from './testing/certificates.ts'
import { publicOf, signerOf } from './testing/keys.ts'
import { Sshd } from './testing/sshd.ts'
import { type RevocationRequest, writeRevocationList } from './write-krl.ts'

const [CA, USER] = [1, 2]
const now = (): bigint => BigInt(Math.floor(Date.now() / 1000))

describe.skipIf(process.getuid?.() !== 0)('the sshd of this machine (needs root)', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await Sshd.start(CA)
  })
  afterAll(() => sshd[Symbol.asyncDispose]())

  const certificate = (changes: Partial<CertificateRequest> = {}): string => {
    const times = { validAfter: now() - 60n, validBefore: now() + 300n }
    return formatCertificate(
      signCertificateSync(request({ subject: publicOf(USER), ...times, ...changes }), signerOf(CA), LIMITS),
    )
  }
  const revoking = (rest: Partial<RevocationRequest>): Uint8Array =>
    writeRevocationList({ version: 1n, generated: now(), ...rest }, null)
  const reset = (): void => {
    sshd.write('krl', revoking({}))
    sshd.write('answer', 'role:prod-ssh\n')
  }
  const isIn = async (line: string): Promise<boolean> => {
    const { status, stdout, log } = await sshd.login(USER, line)
    if (status === 0 && stdout === 'in\n') return true
    expect(log).toContain('Permission denied (publickey)')
    return false
  }

  it('lets a certificate in and asks for its principals with key id, serial and authority', async () => {
    reset()
    const { status, stdout, log } = await sshd.login(USER, certificate())
    expect([status, stdout]).toEqual([0, 'in\n'])
    expect(log).toContain(`ID grant-4711 (serial 7) CA ED25519 ${fingerprint(publicOf(CA))}`)
    expect(readFileSync(join(sshd.folder, 'asked'), 'utf8')).toBe(`root grant-4711 7 ${fingerprint(publicOf(CA))}\n`)
  })

  it('takes the answer that a signed list gives, and nobody in once the login is off the list', async () => {
    reset()
    const login = { account: 'root', keyId: 'grant-4711', until: now() + 60n, principals: ['role:prod-ssh'] }
    const authority = fingerprint(publicOf(CA))
    const answer = async (version: bigint, entries: readonly (typeof login)[]): Promise<string> => {
      const list = { host: 'h', authority, version, issued: now(), maxAge: 60n, entries }
      const opened = openAllowList(await signAllowList(list, signerOf(8)), [publicOf(8)])
      const question = { account: 'root', keyId: 'grant-4711', serial: 7n, authority }
      return answerPrincipals(opened, question, { host: 'h', at: now(), knownVersion: version }).text
    }
    sshd.write('answer', await answer(1n, [login]))
    expect(await isIn(certificate())).toBe(true)
    sshd.write('answer', await answer(2n, []))
    expect(await isIn(certificate())).toBe(false)
  })

  it('refuses other principals, expired ones, another authority', async () => {
    reset()
    expect(await isIn(certificate({ principals: ['role:prod'] }))).toBe(false)
    expect(await isIn(certificate({ validAfter: now() - 60n, validBefore: now() - 1n }))).toBe(false)
    expect(await isIn(certificate({ validAfter: now() + 60n }))).toBe(false)
    const other = signCertificateSync(
      request({ subject: publicOf(USER), validAfter: now() - 60n, validBefore: now() + 60n }),
      signerOf(3),
      LIMITS,
    )
    expect(await isIn(formatCertificate(other))).toBe(false)
  })

  it('carries out source-address and force-command', async () => {
    reset()
    const from = (...sourceAddresses: readonly string[]): string =>
      certificate({ criticalOptions: { sourceAddresses } })
    expect(await isIn(from('10.0.0.0/8', '127.0.0.0/8'))).toBe(true)
    expect(await isIn(from('10.0.0.0/8', '::/0'))).toBe(false)
    const forced = await sshd.login(USER, certificate({ criticalOptions: { forceCommand: 'echo forced' } }))
    expect(forced.stdout).toBe('forced\n')
  })

  it('opens no terminal unless the certificate permits one', async () => {
    reset()
    const tty = 'tty > /dev/null && echo terminal || echo none'
    const login = (line: string) => sshd.login(USER, line, tty)
    expect((await login(certificate())).stdout).toBe('none\n')
  })

  it('refuses what a list revokes at the next login: serial, range, key id, key, authority', async () => {
    reset()
    const of = (rest: object) => revoking({ certificates: [{ authority: publicOf(CA), ...rest }] })
    for (const krl of [
      of({ serials: [7n] }),
      of({ serialRanges: [{ from: 5n, to: 90n }] }),
      of({ keyIds: ['grant-4711'] }),
      revoking({ keys: [publicOf(USER)] }),
      revoking({ keys: [publicOf(CA)] }),
    ]) {
      sshd.write('krl', krl)
      expect(await isIn(certificate())).toBe(false)
    }
    sshd.write('krl', of({ serials: [1n, 6n, 8n], keyIds: ['grant-4712'] }))
    expect(await isIn(certificate())).toBe(true)
  })

  it('lets nobody in by a list that is cut short, is not one or is missing, and everybody by an empty file', async () => {
    reset()
    const krl = revoking({ certificates: [{ authority: publicOf(CA), serials: [1n] }] })
    for (const broken of [krl.slice(0, -1), new Uint8Array(100).fill(7)]) {
      sshd.write('krl', broken)
      expect(await isIn(certificate())).toBe(false)
    }
    sshd.remove('krl')
    expect(await isIn(certificate())).toBe(false)
    sshd.write('krl', '')
    expect(await isIn(certificate())).toBe(true)
  })

  it('lets nobody in where the command for principals answers nothing', async () => {
    reset()
    sshd.write('answer', '')
    expect(await isIn(certificate())).toBe(false)
    sshd.remove('answer')
    expect(await isIn(certificate())).toBe(false)
  })
})
