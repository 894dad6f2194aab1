import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'

/**
 * A fresh Ed25519 key pair as OpenSSH writes it: the private half in the `openssh-key-v1` container, the public half as
 * a line for authorized_keys.
 *
 * `encrypted` makes a container that says it is protected by a passphrase. Its content is random, so nobody can open
 * it: the right thing for a sandbox that only wants to look like a careful owner.
 *
 * @see openssh-portable PROTOCOL.key
 */
export function opensshKeyPair(comment: string, encrypted = false): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  const blob = Buffer.concat([field('ssh-ed25519'), field(point)])
  const sealed = encrypted ? randomBytes(144) : plainSection(blob, seed, point, comment)
  const kdfOptions = encrypted ? Buffer.concat([field(randomBytes(16)), uint32(16)]) : Buffer.alloc(0)
  const container = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field(encrypted ? 'aes256-ctr' : 'none'),
    field(encrypted ? 'bcrypt' : 'none'),
    field(kdfOptions),
    uint32(1),
    field(blob),
    field(sealed),
  ])
  const lines = container.toString('base64').match(/.{1,70}/g) ?? []
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `ssh-ed25519 ${blob.toString('base64')} ${comment}`,
  }
}

/** Fingerprint of a public key line, as `ssh-keygen -l` prints it. */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

function plainSection(blob: Buffer, seed: Buffer, point: Buffer, comment: string): Buffer {
  const check = randomBytes(4)
  const body = Buffer.concat([check, check, blob, field(Buffer.concat([seed, point])), field(comment)])
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1))
  return Buffer.concat([body, padding])
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
