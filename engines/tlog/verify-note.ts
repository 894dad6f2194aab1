import { utf8 } from './bytes.ts'
import { ed25519Message, mlDsaMessage, splitCosignature } from './cosigned-message.ts'
import { verifyEd25519 } from './ed25519.ts'
import { TlogError } from './errors.ts'
import { verifyMlDsa44 } from './ml-dsa.ts'
import {
  COSIGNATURE_ED25519,
  COSIGNATURE_ML_DSA_44,
  ED25519,
  type Note,
  type NoteSignature,
  parseNote,
  type VerifierKey,
} from './note.ts'

export interface Verified {
  readonly key: VerifierKey
  /** When, in seconds since 1970; null for a signature that does not say. */
  readonly time: number | null
}

/**
 * Who of the known keys signed a note. Signatures of unknown keys are ignored, as the specification asks.
 *
 * @returns each key once, with its newest time
 * @throws {TlogError} `unverified` where a signature of a known key does not hold
 */
export async function verifiedBy(note: Note, keys: readonly VerifierKey[]): Promise<Verified[]> {
  const found = new Map<VerifierKey, Verified>()
  for (const signature of note.signatures) {
    const key = keys.find((k) => k.name === signature.name && k.keyId === signature.keyId)
    if (key === undefined) continue
    const verified = await verifyOne(note.text, signature, key)
    if (verified === 'unknown') continue
    if (verified === 'wrong') throw new TlogError('unverified', `the signature of ${key.name} does not hold`)
    const before = found.get(key)
    if (before === undefined || (before.time ?? 0) < (verified.time ?? 0)) found.set(key, verified)
  }
  return [...found.values()]
}

/**
 * Verifies a note.
 *
 * @public
 * @returns the keys that signed it, at least one
 * @throws {TlogError} `unverified` where none of them did or one of their signatures does not hold; `malformed`
 */
export async function verifyNote(note: string, keys: readonly VerifierKey[]): Promise<VerifierKey[]> {
  const verified = await verifiedBy(parseNote(note), keys)
  if (verified.length === 0) throw new TlogError('unverified', 'no known key signed this note')
  return verified.map(({ key }) => key)
}

async function verifyOne(
  text: string,
  signature: NoteSignature,
  key: VerifierKey,
): Promise<Verified | 'wrong' | 'unknown'> {
  if (key.type === ED25519) {
    return (await verifyEd25519(key.publicKey, utf8(text), signature.signature)) ? { key, time: null } : 'wrong'
  }
  if (key.type !== COSIGNATURE_ED25519 && key.type !== COSIGNATURE_ML_DSA_44) return 'unknown'
  const parts = splitCosignature(signature.signature)
  if (parts === null) return 'wrong'
  const { time } = parts
  if (key.type === COSIGNATURE_ED25519) {
    const holds = await verifyEd25519(key.publicKey, ed25519Message(text, time), parts.signature)
    return holds ? { key, time } : 'wrong'
  }
  const message = mlDsaMessage(text, time, key.name)
  const holds = message === null ? false : await verifyMlDsa44(key.publicKey, message, parts.signature)
  return holds === null ? 'unknown' : holds ? { key, time } : 'wrong'
}
