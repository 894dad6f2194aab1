import { TlogError } from '../../../engines/tlog/errors.ts'
import { type NoteSignature, parseNote, parseSignatures, type VerifierKey } from '../../../engines/tlog/note.ts'
import { verifiedBy } from '../../../engines/tlog/verify-note.ts'
import { refusal } from './refusals.ts'

/**
 * The newest cosignature of a key over a checkpoint in a witness's answer. Lines of other keys are ignored.
 *
 * @param answer - lines of signatures, or null where the answer was too long or no text
 * @throws {BergfriedError} `witness.refused`
 */
export async function ownCosignature(note: string, answer: string | null, key: VerifierKey): Promise<NoteSignature> {
  const lines = answer === null ? null : linesOf(answer)
  if (lines === null) {
    throw refusal(
      key.name,
      'its answer is too long or no cosignature',
      'seine Antwort ist zu lang oder keine Bestätigung',
    )
  }
  const own = lines.filter((line) => line.name === key.name && line.keyId === key.keyId)
  if (own.length === 0) {
    throw refusal(
      key.name,
      'its answer is not signed with the configured key',
      'seine Antwort ist nicht mit dem eingestellten Schlüssel unterschrieben',
    )
  }
  const newest = await newestValid(note, own, key)
  if (newest !== null) return newest
  throw refusal(key.name, 'its cosignature does not hold', 'seine Bestätigung hält der Prüfung nicht stand')
}

/** The newest of these cosignatures of one key that hold for the note, or null. */
export async function newestValid(
  note: string,
  signatures: readonly NoteSignature[],
  key: VerifierKey,
): Promise<NoteSignature | null> {
  const { text } = parseNote(note)
  let newest: { signature: NoteSignature; time: number } | null = null
  for (const signature of signatures) {
    const time = await timeOf(text, signature, key)
    if (time !== null && (newest === null || time > newest.time)) newest = { signature, time }
  }
  return newest?.signature ?? null
}

async function timeOf(text: string, signature: NoteSignature, key: VerifierKey): Promise<number | null> {
  try {
    const [verified] = await verifiedBy({ text, signatures: [signature] }, [key])
    return verified?.time ?? null
  } catch (error) {
    if (error instanceof TlogError) return null
    throw error
  }
}

function linesOf(answer: string): NoteSignature[] | null {
  try {
    return parseSignatures(answer)
  } catch (error) {
    if (error instanceof TlogError) return null
    throw error
  }
}
