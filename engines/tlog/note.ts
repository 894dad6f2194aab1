import { concat, fromBase64, toBase64, utf8 } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { sha256 } from './sha256.ts'

/** Signature types of C2SP signed-note and tlog-cosignature. */
export const ED25519 = 0x01
export const COSIGNATURE_ED25519 = 0x04
export const COSIGNATURE_ML_DSA_44 = 0x06

// The specification asks for room for 16 signatures of nearly 5 kB each, which is more than 64 KiB in base64.
const MOST_NOTE_CHARACTERS = 128 * 1024
const MOST_SIGNATURES = 100
const MOST_NAME_CHARACTERS = 512

/** A public key that signs notes, with its name (C2SP signed-note). */
export interface VerifierKey {
  readonly name: string
  /** The first four bytes of a hash over name, type and key, big-endian. */
  readonly keyId: number
  readonly type: number
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  readonly signature: Uint8Array
}

/** Text and signatures; nothing is verified yet, and the text must not be trusted. */
export interface Note {
  /** Ends with a line break. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Whoever signs notes. The private key stays behind `sign`. */
export interface NoteSigner {
  readonly key: VerifierKey
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** Bytes of the public keys that can be verified here. Keys of other types are kept as they are and verify nothing. */
const KEY_BYTES = new Map([
  [ED25519, 32],
  [COSIGNATURE_ED25519, 32],
  [COSIGNATURE_ML_DSA_44, 1312],
])

/** Whether this may be the name of a key: not empty, without Unicode spaces, plus and control characters. */
export const isKeyName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= MOST_NAME_CHARACTERS &&
  name.isWellFormed() &&
  !/[\p{White_Space}\p{Cc}+]/u.test(name)

/** SHA-256(name || newline || type || public key), the first four bytes (C2SP signed-note). */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): number {
  return first32(sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)))
}

const first32 = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)

/** `name+keyid+base64(type || public key)`. */
export const formatVerifierKey = (key: VerifierKey): string =>
  `${key.name}+${hex32(key.keyId)}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`

/** A verifier key with the id that belongs to it. */
export const verifierKey = (name: string, type: number, publicKey: Uint8Array): VerifierKey => ({
  name,
  type,
  publicKey,
  keyId: keyIdOf(name, type, publicKey),
})

/** @throws {TlogError} `malformed`, also where the id does not belong to the key */
export function parseVerifierKey(text: string): VerifierKey {
  const match = /^([^+]{1,512})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{4,4096})$/.exec(text)
  const [, name = '', id = '', material = ''] = match ?? []
  const bytes = fromBase64(material)
  if (match === null || bytes === null || bytes.length < 2 || !isKeyName(name)) throw malformed('not a verifier key')
  const key = verifierKey(name, bytes[0] ?? 0, bytes.slice(1))
  if ((KEY_BYTES.get(key.type) ?? key.publicKey.length) !== key.publicKey.length)
    throw malformed('no public key of its type')
  if (hex32(key.keyId) !== id) throw malformed('the id of a verifier key does not belong to it')
  return key
}

const hex32 = (n: number): string => n.toString(16).padStart(8, '0')

/** Name, id and signature of a line, without its line break. Null where it is none. */
function parseSignature(line: string): NoteSignature | null {
  if (!line.startsWith('— ')) return null
  const [name = '', material = '', ...more] = line.slice(2).split(' ')
  const bytes = fromBase64(material)
  if (more.length > 0 || bytes === null || bytes.length < 5 || !isKeyName(name)) return null
  return { name, keyId: first32(bytes), signature: bytes.slice(4) }
}

/** A signature line with its line break. */
export function formatSignature(signature: NoteSignature): string {
  const id = new Uint8Array(4)
  new DataView(id.buffer).setUint32(0, signature.keyId)
  return `— ${signature.name} ${toBase64(concat(id, signature.signature))}\n`
}

/**
 * Parses a note; verifies nothing.
 *
 * @throws {TlogError} `malformed`, `too_large`
 */
export function parseNote(note: string): Note {
  if (note.length > MOST_NOTE_CHARACTERS) throw new TlogError('too_large', `a note of ${note.length} characters`)
  if (!note.isWellFormed() || hasControls(note)) throw malformed('a note holds text and line breaks alone')
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw malformed('a note ends with an empty line and its signatures')
  return { text: note.slice(0, end + 1), signatures: parseSignatures(note.slice(end + 2)) }
}

/**
 * Parses lines of signatures.
 *
 * @throws {TlogError} `malformed`, `too_large`
 */
export function parseSignatures(text: string): NoteSignature[] {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length === 0) throw malformed('no signature, or a line that does not end')
  if (lines.length > MOST_SIGNATURES) throw new TlogError('too_large', `${lines.length} signatures`)
  return lines.map((line) => {
    const signature = parseSignature(line)
    if (signature === null) throw malformed('a line that is no signature')
    return signature
  })
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x0a) return true
  }
  return false
}

/** @throws {TlogError} `malformed` where the text cannot be that of a note: what is written can be read again */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  const note = `${text}\n${signatures.map(formatSignature).join('')}`
  const read = parseNote(note)
  if (read.text !== text || read.signatures.length !== signatures.length) throw malformed('not the text of a note')
  return note
}

/**
 * The note with further signatures, each once.
 *
 * @public
 * @throws {TlogError} `malformed`, `too_large` where that is no note any more
 */
export function addSignatures(note: string, more: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note)
  const lines = [...new Set([...signatures, ...more].map(formatSignature))]
  const added = `${text}\n${lines.join('')}`
  parseNote(added)
  return added
}
