/** What can be said of a file with a private key without keeping any of it. */
export interface KeyFileKind {
  /** `rsa`, `ecdsa`, `ed25519`, `dsa`, `ed25519-sk` ...; null where the file does not say in clear. */
  readonly keyType: string | null
  /** A passphrase protects the key. */
  readonly encrypted: boolean
}

/**
 * Recognises a private key by its frame: OpenSSH (PROTOCOL.key), PKCS#8 and encrypted PKCS#8 (RFC 7468, RFC 5958), the
 * older PEM kinds with `Proc-Type: 4,ENCRYPTED` (RFC 1421), and PuTTY. A certificate may stand before it.
 *
 * @returns null where there is no private key in the text
 */
export function classifyKey(text: string): KeyFileKind | null {
  const putty = /^PuTTY-User-Key-File-\d: (\S{1,64})\r?\nEncryption: (\S{1,32})/.exec(text)
  if (putty !== null) return { keyType: sshName(putty[1] ?? ''), encrypted: putty[2] !== 'none' }
  const frame = /-----BEGIN ((?:[A-Z0-9]{1,16} ){0,3})PRIVATE KEY-----/.exec(text)
  if (frame === null) return null
  const kind = (frame[1] ?? '').trim()
  const body = text.slice(frame.index + frame[0].length)
  if (kind === 'OPENSSH') return openssh(body)
  if (kind === 'ENCRYPTED') return { keyType: null, encrypted: true }
  if (kind === '') return { keyType: pkcs8Type(body), encrypted: false }
  return { keyType: OLD_KINDS[kind] ?? null, encrypted: /^\s*Proc-Type:\s*4,ENCRYPTED/.test(body.slice(0, 200)) }
}

const OLD_KINDS: Readonly<Record<string, string>> = { RSA: 'rsa', EC: 'ecdsa', DSA: 'dsa' }

const MAGIC = 'openssh-key-v1\0'

/** Cipher and public key stand in clear before the encrypted part. */
function openssh(body: string): KeyFileKind {
  const bytes = base64(body, 4096)
  let at = MAGIC.length
  const next = (): Buffer | null => {
    if (at + 4 > bytes.length) return null
    const end = at + 4 + bytes.readUInt32BE(at)
    const part = bytes.subarray(at + 4, end)
    at = end
    return end <= bytes.length ? part : null
  }
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return { keyType: null, encrypted: false }
  const cipher = next()?.toString('latin1') ?? 'none'
  next()
  next()
  // The number of keys; there is never more than one.
  at += 4
  const key = next()
  const length = key !== null && key.length >= 4 ? key.readUInt32BE(0) : 0
  const name = key?.subarray(4, 4 + Math.min(length, 64)).toString('latin1') ?? ''
  return { keyType: sshName(name), encrypted: cipher !== 'none' }
}

/** Names as ssh-keygen prints them. */
function sshName(name: string): string | null {
  if (name === 'ssh-rsa') return 'rsa'
  if (name === 'ssh-dss') return 'dsa'
  if (name === 'ssh-ed25519') return 'ed25519'
  if (name.startsWith('ecdsa-sha2-')) return 'ecdsa'
  if (name === 'sk-ssh-ed25519@openssh.com') return 'ed25519-sk'
  return name === 'sk-ecdsa-sha2-nistp256@openssh.com' ? 'ecdsa-sk' : null
}

/** DER of the object identifiers that name the kind of key, in hexadecimal. */
const IDENTIFIERS: readonly (readonly [der: string, keyType: string])[] = [
  ['06092a864886f70d010101', 'rsa'],
  ['06092a864886f70d01010a', 'rsa-pss'],
  ['06072a8648ce3d0201', 'ecdsa'],
  ['06072a8648ce380401', 'dsa'],
  ['06032b6570', 'ed25519'],
  ['06032b6571', 'ed448'],
]

function pkcs8Type(body: string): string | null {
  const head = base64(body, 64).subarray(0, 32).toString('hex')
  return IDENTIFIERS.find(([der]) => head.includes(der))?.[1] ?? null
}

/** The first bytes of a PEM body. */
function base64(body: string, longest: number): Buffer {
  const end = body.indexOf('-----')
  return Buffer.from(body.slice(0, Math.min(end === -1 ? body.length : end, longest)).replaceAll(/\s/g, ''), 'base64')
}
