import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Transaction } from '../db/database.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

/** What an entry says of a person: ciphertext under that person's key, which can be destroyed (GDPR Art. 17). */
export interface SealedPersonal {
  readonly [member: string]: string
  /** Number of the person in the evidence, no name. */
  readonly subject: string
  /** base64url of nonce (12 bytes), ciphertext of canonical JSON, tag (16 bytes): AES-256-GCM, the subject as associated data. */
  readonly sealed: string
}

/**
 * Seals values for an entry's body under the key of the person they speak of, in the caller's transaction. The key is made
 * at the first use.
 *
 * @param person - who it is about, as named in the decision
 */
export async function sealPersonal(tx: Transaction, at: Date, person: string, values: Json): Promise<SealedPersonal> {
  const [subject] = await tx.query<{ id: string; key: Uint8Array }>('select * from evidence.subject_key($1, $2)', [
    person,
    at,
  ])
  if (subject === undefined) throw new Error('evidence.subject_key returned nothing')
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', subject.key, nonce, { authTagLength: 16 })
  cipher.setAAD(Buffer.from(subject.id))
  const sealed = Buffer.concat([
    nonce,
    cipher.update(canonicalJson(values), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return { subject: subject.id, sealed: sealed.toString('base64url') }
}

/**
 * What {@link sealPersonal} sealed, or null where it does not open with this key.
 *
 * @param key - 32 bytes, from `evidence.subject`
 */
export function openPersonal(personal: SealedPersonal, key: Uint8Array): Json | null {
  const bytes = Buffer.from(personal.sealed, 'base64url')
  if (bytes.length < 28) return null
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(personal.subject))
  decipher.setAuthTag(bytes.subarray(-16))
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
