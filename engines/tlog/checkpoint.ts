import { fromBase64, isSize, parseDecimal, toBase64, utf8 } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { HASH_SIZE } from './merkle.ts'
import { formatNote, isKeyName, type NoteSigner, parseNote, type VerifierKey } from './note.ts'
import { verifiedBy } from './verify-note.ts'

/** Head of a log (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Unique name of the log. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** Opaque lines after the root; we write none. */
  readonly extensions: readonly string[]
}

/** The text of the note, without signatures. */
export const formatCheckpoint = ({ origin, size, root, extensions }: Checkpoint): string =>
  `${[origin, String(size), toBase64(root), ...extensions].join('\n')}\n`

/**
 * @param text - text of a note, without signatures
 * @throws {TlogError} `malformed`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n')
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) throw malformed('not the text of a checkpoint')
  const [origin = '', sizeText = '', rootText = '', ...extensions] = lines
  const size = parseDecimal(sizeText)
  const root = fromBase64(rootText)
  if (size === null) throw malformed('the size of a checkpoint is no number up to 2^53 - 1 without leading zeros')
  if (root?.length !== HASH_SIZE) throw malformed('the root of a checkpoint is no base64 of 32 bytes')
  return { origin, size, root, extensions }
}

/** Signs a checkpoint: the whole note. The key's name must be the origin. */
export async function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): Promise<string> {
  const { name, keyId } = signer.key
  if (name !== checkpoint.origin || !isKeyName(name)) throw malformed('a log signs under its own name')
  if (!isSize(checkpoint.size)) throw malformed('no size of a tree')
  const text = formatCheckpoint(checkpoint)
  parseCheckpoint(text)
  return formatNote(text, [{ name, keyId, signature: await signer.sign(utf8(text)) }])
}

/**
 * Verifies and parses a checkpoint of a log. Other signatures on it are left alone.
 *
 * @throws {TlogError} `unverified` the log did not sign it; `malformed`
 */
export async function openCheckpoint(note: string, log: VerifierKey): Promise<Checkpoint> {
  const parsed = parseNote(note)
  const checkpoint = parseCheckpoint(parsed.text)
  if (checkpoint.origin !== log.name) throw new TlogError('unverified', 'the checkpoint is of another log')
  const signed = await verifiedBy(parsed, [log])
  if (signed.length === 0) throw new TlogError('unverified', 'the log did not sign this checkpoint')
  return checkpoint
}
