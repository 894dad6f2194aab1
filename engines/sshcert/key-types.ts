/** A curve of RFC 5656: its name there, bytes of a coordinate, the hash that its signatures take. */
export interface Curve {
  readonly id: 'nistp256' | 'nistp384' | 'nistp521'
  readonly jwk: 'P-256' | 'P-384' | 'P-521'
  readonly size: number
  readonly hash: 'sha256' | 'sha384' | 'sha512'
}

export const P256: Curve = { id: 'nistp256', jwk: 'P-256', size: 32, hash: 'sha256' }
export const P384: Curve = { id: 'nistp384', jwk: 'P-384', size: 48, hash: 'sha384' }
export const P521: Curve = { id: 'nistp521', jwk: 'P-521', size: 66, hash: 'sha512' }

export type EcdsaType = 'ecdsa-sha2-nistp256' | 'ecdsa-sha2-nistp384' | 'ecdsa-sha2-nistp521'

/** Names of the public keys that are read and written. `ssh-dss` is not: OpenSSH has left it. */
export type KeyType =
  | 'ssh-ed25519'
  | 'ssh-rsa'
  | EcdsaType
  | 'sk-ssh-ed25519@openssh.com'
  | 'sk-ecdsa-sha2-nistp256@openssh.com'

/** Certificate name of each key type (PROTOCOL.certkeys, PROTOCOL.u2f). */
export const CERTIFICATE_TYPES: ReadonlyMap<KeyType, string> = new Map([
  ['ssh-ed25519', 'ssh-ed25519-cert-v01@openssh.com'],
  ['ssh-rsa', 'ssh-rsa-cert-v01@openssh.com'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256-cert-v01@openssh.com'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384-cert-v01@openssh.com'],
  ['ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp521-cert-v01@openssh.com'],
  ['sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519-cert-v01@openssh.com'],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com'],
])

const KEY_TYPES: ReadonlySet<string> = new Set(CERTIFICATE_TYPES.keys())
const KEY_OF_CERTIFICATE: ReadonlyMap<string, KeyType> = new Map(
  [...CERTIFICATE_TYPES].map(([key, name]) => [name, key]),
)

export const isKeyType = (name: string): name is KeyType => KEY_TYPES.has(name)

/** Key type that a certificate of this name is for. */
export const certifiedType = (name: string): KeyType | undefined => KEY_OF_CERTIFICATE.get(name)

export const isCertificateType = (name: string): boolean => KEY_OF_CERTIFICATE.has(name)

/** The curve of an ECDSA key, of a security key too. */
export function curveOf(type: EcdsaType | 'sk-ecdsa-sha2-nistp256@openssh.com'): Curve {
  switch (type) {
    case 'ecdsa-sha2-nistp256':
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return P256
    case 'ecdsa-sha2-nistp384':
      return P384
    case 'ecdsa-sha2-nistp521':
      return P521
  }
}

/** Whether the first word of a line is the type of a key or certificate, of one that is not read here too. */
export function beginsWithKey(line: string): boolean {
  const first = /^[ \t]*([^ \t]+)/.exec(line)?.[1] ?? ''
  return isKeyType(first) || isCertificateType(first) || /^(ssh-dss|ssh-xmss)/.test(first)
}
