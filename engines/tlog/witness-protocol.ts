import { parseDecimal } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { formatHashes, parseHashes, splitAtEmptyLine } from './hash-lines.ts'
import { parseNote } from './note.ts'

const MOST_CHARACTERS = 136 * 1024

/** Body of `add-checkpoint` (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last. */
  readonly oldSize: number
  /** Consistency proof from there; empty from size 0. */
  readonly proof: readonly Uint8Array[]
  /** The signed checkpoint. */
  readonly note: string
}

/** @throws {TlogError} `malformed`, `too_large` for what no witness could read */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  const body = `old ${oldSize}\n${formatHashes(proof)}\n${note}`
  parseAddCheckpoint(body)
  return body
}

/** @throws {TlogError} `malformed`, `too_large` */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  if (body.length > MOST_CHARACTERS) throw new TlogError('too_large', `a body of ${body.length} characters`)
  const { head, rest } = splitAtEmptyLine(body)
  const [first = '', ...lines] = head
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice(4)) : null
  if (oldSize === null) throw malformed('the first line is not "old" and a size')
  const proof = parseHashes(lines)
  parseNote(rest)
  return { oldSize, proof, note: rest }
}
