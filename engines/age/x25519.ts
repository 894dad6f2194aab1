import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { decodeBech32, encodeBech32 } from './bech32.ts'
import { AgeError } from './errors.ts'

/** A wrapped file key: the arguments and the body of a stanza. */
export interface Stanza {
  readonly type: string
  readonly args: readonly string[]
  readonly body: Buffer
}

/** Somebody a file is encrypted to. */
export interface Recipient {
  /** `age1…` */
  readonly name: string
  readonly key: KeyObject
}

/** Somebody who opens files. Holds a secret. */
export interface Identity {
  readonly key: KeyObject
  readonly recipient: Recipient
}

const INFO = 'age-encryption.org/v1/X25519'
const NO_NONCE = Buffer.alloc(12)
const FILE_KEY_BYTES = 16
// RFC 8410: the bytes of a key follow these.
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** @throws {AgeError} `recipient` */
export function readRecipient(text: string): Recipient {
  const found = decodeBech32(text)
  if (found === null || found.prefix !== 'age' || found.data.length !== 32 || text !== text.toLowerCase())
    throw new AgeError('recipient', 'not a recipient: expected age1… with 62 characters in lower case')
  return { name: text, key: publicKey(found.data) }
}

/** @throws {AgeError} `identity` */
export function readIdentity(text: string): Identity {
  const found = decodeBech32(text)
  if (found === null || found.prefix !== 'age-secret-key-' || found.data.length !== 32 || text !== text.toUpperCase())
    throw new AgeError('identity', 'not an identity: expected AGE-SECRET-KEY-1… with 74 characters in upper case')
  return identityOf(createPrivateKey({ key: Buffer.concat([PRIVATE_DER, found.data]), format: 'der', type: 'pkcs8' }))
}

/** A file of identities as `age-keygen` writes it: one per line, with `#` before remarks. @throws {AgeError} `identity` */
export function readIdentities(file: string): readonly Identity[] {
  const lines = file
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length === 0) throw new AgeError('identity', 'the file holds no identity')
  return lines.map(readIdentity)
}

/** Makes an identity. @returns its secret in words, too: whoever calls decides where it goes */
export function makeIdentity(): { readonly identity: Identity; readonly secret: string } {
  const { privateKey } = generateKeyPairSync('x25519')
  const raw = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  return { identity: identityOf(privateKey), secret: encodeBech32('age-secret-key-', raw).toUpperCase() }
}

/** Wraps a file key for a recipient (age v1, “X25519 recipient type”). */
export function wrapFor(recipient: Recipient, fileKey: Buffer): Stanza {
  const ephemeral = generateKeyPairSync('x25519')
  const share = rawPublic(ephemeral.publicKey)
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient.key })
  const key = wrapKey(secret, share, rawPublic(recipient.key))
  const cipher = createCipheriv('chacha20-poly1305', key, NO_NONCE, { authTagLength: 16 })
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
  return { type: 'X25519', args: [base64(share)], body }
}

/**
 * Opens a stanza.
 *
 * @returns null where it is for somebody else
 * @throws {AgeError} `header` for a stanza of this type that breaks the format
 */
export function unwrapWith(identity: Identity, stanza: Stanza): Buffer | null {
  if (stanza.type !== 'X25519') return null
  const share = shareOf(stanza)
  let secret: Buffer
  try {
    secret = diffieHellman({ privateKey: identity.key, publicKey: publicKey(share) })
  } catch {
    // A share of low order gives a secret of zeros (RFC 7748, section 6.1).
    throw new AgeError('header', 'a share of low order in the header')
  }
  const key = wrapKey(secret, share, rawPublic(identity.recipient.key))
  const cipher = createDecipheriv('chacha20-poly1305', key, NO_NONCE, { authTagLength: 16 })
  cipher.setAuthTag(stanza.body.subarray(FILE_KEY_BYTES))
  const opened = cipher.update(stanza.body.subarray(0, FILE_KEY_BYTES))
  try {
    cipher.final()
    return opened
  } catch {
    return null
  }
}

/** @throws {AgeError} `header` where a stanza of this type breaks the format */
export function shareOf(stanza: Stanza): Buffer {
  const [text, more] = stanza.args
  const share = text === undefined ? null : fromBase64(text)
  if (share?.length !== 32 || more !== undefined || stanza.body.length !== FILE_KEY_BYTES + 16)
    throw new AgeError('header', 'a broken X25519 stanza in the header')
  return share
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** Canonical base64 without padding. @returns null for anything else */
export function fromBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]*$/.test(text) || text.length % 4 === 1) return null
  const bytes = Buffer.from(text, 'base64')
  return base64(bytes) === text ? bytes : null
}

const publicKey = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_DER, raw]), format: 'der', type: 'spki' })
const rawPublic = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-32)
const wrapKey = (secret: Buffer, share: Buffer, recipient: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.concat([share, recipient]), INFO, 32))

function identityOf(key: KeyObject): Identity {
  const own = createPublicKey(key)
  return { key, recipient: { name: encodeBech32('age', rawPublic(own)), key: own } }
}
