import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type AllowedLogin, signAllowList } from '../../engines/sshcert/allow-list.ts'
import { formatCertificate } from '../../engines/sshcert/certificate.ts'
import { fingerprint } from '../../engines/sshcert/fingerprint.ts'
import { freshNonce, keyObjectSigner } from '../../engines/sshcert/key-object-signer.ts'
import { formatPublicKey } from '../../engines/sshcert/public-key.ts'
import { signCertificateSync } from '../../engines/sshcert/sign-certificate.ts'
import { WireWriter } from '../../engines/sshcert/wire-writer.ts'
import { writeRevocationList } from '../../engines/sshcert/write-krl.ts'
import { revokedText } from '../revoked.ts'
import { systemClock } from '../system-clock.ts'

/** Keys of seeds that everybody knows. */
const keyOf = (seed: number): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]),
    format: 'der',
    type: 'pkcs8',
  })

export const [AUTHORITY, ORDERS, USER, HOST, STRANGER] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4), keyOf(5)] as const

export const publicLine = (key: KeyObject): string => formatPublicKey(keyObjectSigner(key).key)
export const authorityLine = (): string => `${publicLine(AUTHORITY)}\n`
export const now = (): bigint => BigInt(Math.floor(systemClock.now().getTime() / 1000))

export function certificateFor(keyId: string, serial: bigint, authority = AUTHORITY): string {
  const request = {
    ...{ kind: 'user' as const, subject: keyObjectSigner(USER).key, serial, keyId, principals: ['role:prod-ssh'] },
    ...{ validAfter: now() - 60n, validBefore: now() + 600n, nonce: freshNonce(), extensions: ['permit-pty'] as const },
  }
  return formatCertificate(signCertificateSync(request, keyObjectSigner(authority), { longestSeconds: 900n }))
}

export const allowed = (account: string, keyId: string, until = now() + 600n): AllowedLogin => ({
  ...{ account, keyId, until, principals: ['role:prod-ssh'] },
})

export interface ListChanges {
  readonly host?: string
  readonly issued?: bigint
  readonly maxAge?: bigint
  readonly signer?: KeyObject
  readonly authority?: KeyObject
}

export function listOf(version: bigint, entries: readonly AllowedLogin[], changes: ListChanges = {}): Promise<string> {
  const { host = 'db-1', issued = now(), maxAge = 300n, signer = ORDERS, authority = AUTHORITY } = changes
  const by = fingerprint(keyObjectSigner(authority).key)
  return signAllowList({ host, authority: by, version, issued, maxAge, entries }, keyObjectSigner(signer))
}

export interface SignedKrl {
  readonly krl: string
  readonly krlSignature: string
}

export function signKrl(bytes: Uint8Array, version: bigint, signer = ORDERS): SignedKrl {
  const signature = keyObjectSigner(signer).sign(Buffer.from(revokedText(bytes, version)))
  return {
    krl: Buffer.from(bytes).toString('base64'),
    krlSignature: Buffer.from(signature.bytes).toString('base64'),
  }
}

export interface Revoking {
  readonly serials?: readonly bigint[]
  readonly keyIds?: readonly string[]
}

export const krlBytes = (version: bigint, revoking: Revoking = {}): Uint8Array =>
  writeRevocationList(
    { version, generated: now(), certificates: [{ authority: keyObjectSigner(AUTHORITY).key, ...revoking }] },
    null,
  )

export const krlOf = (version: bigint, revoking: Revoking = {}): SignedKrl =>
  signKrl(krlBytes(version, revoking), version)

/** PROTOCOL.key of OpenSSH, without a passphrase. */
export function privateFile(key: KeyObject): string {
  const own = keyObjectSigner(key).key
  if (own.type !== 'ssh-ed25519') throw new Error('Ed25519 alone')
  const seed = Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url')
  const inner = new WireWriter().uint32(1).uint32(1).string('ssh-ed25519').string(own.point)
  inner.string(Buffer.concat([seed, own.point])).string('test')
  for (let pad = 1; inner.length % 8 !== 0; pad++) inner.byte(pad)
  const outer = new WireWriter().raw(Buffer.from('openssh-key-v1\0')).string('none').string('none').string('')
  const text = Buffer.from(outer.uint32(1).string(own.blob).string(inner.bytes()).bytes()).toString('base64')
  const lines = text.match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}
