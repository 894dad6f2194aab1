import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { fromKeyObject } from '../key-object.ts'
import { keyObjectSigner } from '../key-object-signer.ts'
import { formatPublicKey, type PublicKey, type SecurityKey, securityKey } from '../public-key.ts'
import type { Signer, SyncSigner } from '../signer.ts'
import { signedData } from '../verify-signature.ts'
import { WireWriter } from '../wire-writer.ts'

/** The key of a seed that everybody knows: the same in each run. */
export function ed25519Of(seed: number): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

export const signerOf = (seed: number): SyncSigner => keyObjectSigner(ed25519Of(seed))
export const publicOf = (seed: number): PublicKey => signerOf(seed).key

/** A private key of each plain type. */
export const PRIVATE_KEYS: Readonly<Record<string, KeyObject>> = {
  'ssh-ed25519': ed25519Of(1),
  'ecdsa-sha2-nistp256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'ecdsa-sha2-nistp384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'ecdsa-sha2-nistp521': generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  'ssh-rsa': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
}

export interface Authenticator extends Signer {
  readonly key: SecurityKey
}

/** An authenticator in software, which says these flags and counts from 7 on. */
export function authenticator(type: SecurityKey['type'], flags = 0x01, application = 'ssh:'): Authenticator {
  const inner =
    type === 'sk-ssh-ed25519@openssh.com'
      ? ed25519Of(99)
      : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const plain = fromKeyObject(inner)
  if (plain.type === 'ssh-rsa') throw new Error('no authenticator has RSA')
  const key = securityKey(type, plain.point, application)
  let counter = 7
  return {
    key,
    sign(message) {
      const state = { flags, counter: counter++ }
      const data = signedData(key, state, message)
      const bytes =
        plain.type === 'ssh-ed25519'
          ? sign(null, data, inner)
          : sign('sha256', data, { key: inner, dsaEncoding: 'ieee-p1363' })
      return { algorithm: type, bytes, authenticator: state }
    },
  }
}

/** A public key of every type. */
export const PUBLIC_KEYS: readonly PublicKey[] = [
  ...Object.values(PRIVATE_KEYS).map(fromKeyObject),
  authenticator('sk-ssh-ed25519@openssh.com').key,
  authenticator('sk-ecdsa-sha2-nistp256@openssh.com').key,
]

/** A private key as a file that ssh-keygen reads: `openssh-key-v1` for Ed25519 (PROTOCOL.key), PKCS #8 for others. */
export function privateFile(key: KeyObject): string {
  const own = fromKeyObject(key)
  if (own.type !== 'ssh-ed25519') return String(key.export({ format: 'pem', type: 'pkcs8' }))
  const seed = Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url')
  const inner = new WireWriter().uint32(1).uint32(1).string('ssh-ed25519').string(own.point)
  inner.string(Buffer.concat([seed, own.point])).string('test')
  for (let pad = 1; inner.length % 8 !== 0; pad++) inner.byte(pad)
  const outer = new WireWriter().raw(Buffer.from('openssh-key-v1\0')).string('none').string('none').string('')
  const text = Buffer.from(outer.uint32(1).string(own.blob).string(inner.bytes()).bytes()).toString('base64')
  const lines = text.match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

export const publicFile = (key: PublicKey): string => `${formatPublicKey(key, 'test')}\n`
