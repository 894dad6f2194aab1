import { fromBase64, toBase64, utf8 } from './bytes.ts'
import { type Certificate, decodeCertificate } from './certificate.ts'
import { malformed, tooLarge, unsupported, unverified } from './errors.ts'
import { sha256, sha512 } from './fingerprint.ts'
import { isCertificateType } from './key-types.ts'
import { decodePublicKey, type PublicKey, sameKey } from './public-key.ts'
import { type Signer, wrapSignature } from './signer.ts'
import { type Presence, type VerifiedSignature, verifySignature } from './verify-signature.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export type MessageHash = 'sha256' | 'sha512'

/** A signature over a file or message, as `ssh-keygen -Y sign` makes it (PROTOCOL.sshsig), read and not yet believed. */
export interface MessageSignature {
  /** Key that signed. Of a certificate: its subject. */
  readonly key: PublicKey
  /** Where the signer showed one. */
  readonly certificate: Certificate | null
  /** What the signature is for; a signature for one purpose must not count for another. */
  readonly namespace: string
  readonly hash: MessageHash
  /** As SSH writes it. */
  readonly signature: Uint8Array
}

const MAGIC = utf8('SSHSIG')
const VERSION = 1
const BEGIN = '-----BEGIN SSH SIGNATURE-----'
const END = '-----END SSH SIGNATURE-----'
const LINE_LENGTH = 70
const MOST_CHARACTERS = 400_000
const MOST_KEY_BYTES = 262_144
const MOST_NAMESPACE_BYTES = 1024

/**
 * Signs a message for a namespace.
 *
 * @returns the armoured signature, with a line end at its end
 * @throws {SshError} `malformed`: an empty namespace; `unverified`: the signer's signature does not hold
 */
export async function signMessage(
  message: Uint8Array,
  namespace: string,
  signer: Signer,
  hash: MessageHash = 'sha512',
): Promise<string> {
  checkNamespace(namespace)
  const toSign = bytesToSign(message, namespace, hash)
  const signature = wrapSignature(signer.key, await signer.sign(toSign))
  verifySignature(signer.key, signature, toSign, { userPresent: false })
  return formatMessageSignature({ key: signer.key, certificate: null, namespace, hash, signature })
}

/** The armoured form: lines of 70 characters, as ssh-keygen writes them, and a line end at the end. */
export function formatMessageSignature(signed: MessageSignature): string {
  const text = toBase64(encodeMessageSignature(signed))
  const lines = text.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []
  return `${[BEGIN, ...lines, END].join('\n')}\n`
}

function encodeMessageSignature({ key, certificate, namespace, hash, signature }: MessageSignature): Uint8Array {
  const writer = new WireWriter()
    .raw(MAGIC)
    .uint32(VERSION)
    .string((certificate ?? key).blob)
  return writer.string(namespace).string('').string(hash).string(signature).bytes()
}

/**
 * Reads an armoured signature. Nothing but line ends may stand around it.
 *
 * @throws {SshError} `malformed`, `too_large`, `unsupported`
 */
export function parseMessageSignature(armoured: string): MessageSignature {
  if (armoured.length > MOST_CHARACTERS) throw tooLarge(`SSH signature: ${armoured.length} characters`)
  const lines = armoured.replaceAll('\r\n', '\n').trimEnd().split('\n')
  if (lines.length < 3 || lines[0] !== BEGIN || lines.at(-1) !== END) {
    throw malformed('SSH signature: without its first or last line')
  }
  const blob = fromBase64(lines.slice(1, -1).join(''))
  if (blob === null) throw malformed('SSH signature: not base64')
  return decodeMessageSignature(blob)
}

/**
 * Reads the bytes of a signature, to the last.
 *
 * @throws {SshError} `malformed`, `too_large`, `unsupported`: another version, another hash
 */
export function decodeMessageSignature(blob: Uint8Array): MessageSignature {
  const own = Uint8Array.from(blob)
  const reader = new WireReader(own, 'SSH signature')
  if (Buffer.compare(reader.raw(MAGIC.length), MAGIC) !== 0) throw malformed('SSH signature: not one')
  if (reader.uint32() !== VERSION) throw unsupported('SSH signature: another version than 1')
  const { key, certificate } = readSigner(reader.string(MOST_KEY_BYTES))
  const namespace = reader.text(MOST_NAMESPACE_BYTES)
  checkNamespace(namespace)
  if (reader.string(MOST_NAMESPACE_BYTES).length > 0) throw unsupported('SSH signature: contents in the reserved field')
  const hash = reader.text(64)
  if (hash !== 'sha256' && hash !== 'sha512') throw unsupported('SSH signature: another hash than sha256 and sha512')
  const signature = reader.string(MOST_KEY_BYTES)
  reader.end()
  return { key, certificate, namespace, hash, signature }
}

/** What a caller demands of a signature. */
export interface ExpectedMessage {
  readonly namespace: string
  /** Whose signature counts. */
  readonly keys: readonly PublicKey[]
  /** Of security keys; a touch where not given. */
  readonly presence?: Presence
}

/** A signature that holds, and whose. */
export interface VerifiedMessage extends VerifiedSignature {
  readonly key: PublicKey
}

/**
 * Whether one of these keys signed a message for a namespace. A signature that shows a certificate is refused: whose authority
 * counts is said by `verify-allowed-signers.ts`.
 *
 * @throws {SshError} `unverified`: another key or namespace, or it does not hold; `malformed`, `unsupported`
 */
export function verifyMessage(
  signed: MessageSignature,
  message: Uint8Array,
  expected: ExpectedMessage,
): VerifiedMessage {
  if (signed.certificate !== null) throw unsupported('SSH signature: by a certificate, and keys are expected')
  const key = expected.keys.find((known) => sameKey(known, signed.key))
  if (key === undefined) throw unverified('SSH signature: by another key')
  return { key, ...checkMessage(signed, message, expected.namespace, expected.presence) }
}

/**
 * Whether the signature holds under the key that it names itself, whosever that is.
 *
 * @throws {SshError} `unverified`, `malformed`, `unsupported`
 */
export function checkMessage(
  signed: MessageSignature,
  message: Uint8Array,
  namespace: string,
  presence: Presence = {},
): VerifiedSignature {
  checkNamespace(namespace)
  if (signed.namespace !== namespace) throw unverified('SSH signature: for another namespace')
  return verifySignature(signed.key, signed.signature, bytesToSign(message, namespace, signed.hash), presence)
}

function bytesToSign(message: Uint8Array, namespace: string, hash: MessageHash): Uint8Array {
  const digest = hash === 'sha256' ? sha256(message) : sha512(message)
  return new WireWriter(160).raw(MAGIC).string(namespace).string('').string(hash).string(digest).bytes()
}

function readSigner(blob: Uint8Array): { key: PublicKey; certificate: Certificate | null } {
  if (!isCertificateType(new WireReader(blob, 'SSH signature').text(64))) {
    return { key: decodePublicKey(blob), certificate: null }
  }
  const certificate = decodeCertificate(blob)
  return { key: certificate.subject, certificate }
}

function checkNamespace(namespace: string): void {
  if (namespace === '' || namespace.includes('\0') || !namespace.isWellFormed()) {
    throw malformed('SSH signature: a namespace that is none')
  }
  if (Buffer.byteLength(namespace) > MOST_NAMESPACE_BYTES) throw tooLarge('SSH signature: the namespace')
}
