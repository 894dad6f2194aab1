import { equal, fromBase64, isSize, parseDecimal, toBase64, utf8 } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { EMPTY_ROOT, HASH_SIZE } from './merkle.ts'
import { ED25519, formatNote, isKeyName, type NoteSigner, parseNote, type VerifierKey } from './note.ts'
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

/**
 * The text of the note, without signatures.
 *
 * @throws {TlogError} `malformed` for what could not be read again
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!isSize(size)) throw malformed('no size of a tree')
  if (root.length !== HASH_SIZE) throw malformed('a root has 32 bytes')
  const lines = [origin, String(size), toBase64(root), ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n')))
    throw malformed('a line of a checkpoint is empty or two')
  return `${lines.join('\n')}\n`
}

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
  if (size === 0 && !equal(root, EMPTY_ROOT)) throw malformed('the root of an empty tree is another one')
  return { origin, size, root, extensions }
}

/**
 * Signs a checkpoint with the log's Ed25519 key, whose name must be the origin: the whole note.
 *
 * @throws {TlogError} `malformed`
 */
export async function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): Promise<string> {
  const { name, keyId, type } = signer.key
  if (name !== checkpoint.origin || !isKeyName(name)) throw malformed('a log signs under its own name')
  if (type !== ED25519) throw malformed('not the key of a log')
  const text = formatCheckpoint(checkpoint)
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
