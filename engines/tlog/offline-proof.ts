import { fromBase64, parseDecimal, toBase64 } from './bytes.ts'
import { verifyWitnessed, type Witnessed, type WitnessPolicy } from './cosignature.ts'
import { malformed, TlogError } from './errors.ts'
import { formatHashes, parseHashes, splitAtEmptyLine } from './hash-lines.ts'
import { leafHash } from './merkle.ts'
import { parseNote } from './note.ts'
import { verifyInclusion } from './proof.ts'

const FIRST_LINE = 'c2sp.org/tlog-proof@v1'
const MOST_CHARACTERS = 512 * 1024

/** Proof that an entry is in a log, to be checked without a network (C2SP tlog-proof). */
export interface OfflineProof {
  readonly index: number
  readonly proof: readonly Uint8Array[]
  /** The signed and cosigned checkpoint. */
  readonly note: string
  /** Not authenticated. */
  readonly extra?: Uint8Array
}

/** @throws {TlogError} `malformed`, `too_large` for what nobody could read */
export function formatProof({ index, proof, note, extra }: OfflineProof): string {
  const more = extra === undefined ? '' : `extra ${toBase64(extra)}\n`
  const text = `${FIRST_LINE}\n${more}index ${index}\n${formatHashes(proof)}\n${note}`
  parseProof(text)
  return text
}

/** @throws {TlogError} `malformed`, `too_large` */
export function parseProof(text: string): OfflineProof {
  if (text.length > MOST_CHARACTERS) throw new TlogError('too_large', `a proof of ${text.length} characters`)
  const { head, rest } = splitAtEmptyLine(text)
  const [first, ...lines] = head
  if (first !== FIRST_LINE) throw malformed(`the first line is not ${FIRST_LINE}`)
  const extraLine = lines[0]?.startsWith('extra ') === true ? lines.shift() : undefined
  const extra = extraLine === undefined ? undefined : fromBase64(extraLine.slice(6))
  if (extra === null || extra?.length === 0) throw malformed('the extra data are no base64')
  const indexLine = lines.shift() ?? ''
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice(6)) : null
  if (index === null) throw malformed('the line "index" and a number is missing')
  parseNote(rest)
  return { index, proof: parseHashes(lines), note: rest, ...(extra === undefined ? {} : { extra }) }
}

/**
 * Whether an entry is in the log, by its proof alone.
 *
 * @param entry - the exact bytes of the entry
 * @throws {TlogError} `inconsistent` the proof is not of this entry; `unverified`, `quorum`, `malformed`, `too_large`
 */
export async function verifyProof(
  text: string,
  entry: Uint8Array,
  policy: WitnessPolicy,
): Promise<Witnessed & { readonly index: number }> {
  const { index, proof, note } = parseProof(text)
  const witnessed = await verifyWitnessed(note, policy)
  const { size, root } = witnessed.checkpoint
  if (!verifyInclusion({ leaf: leafHash(entry), index, size, proof, root })) {
    throw new TlogError('inconsistent', `entry ${index} is not in the tree of ${size}, or is another one`)
  }
  return { ...witnessed, index }
}
