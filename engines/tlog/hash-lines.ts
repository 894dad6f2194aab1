import { fromBase64, toBase64 } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { HASH_SIZE } from './merkle.ts'
import { MOST_HASHES } from './proof.ts'

/** One hash per line, in base64. */
export const formatHashes = (hashes: readonly Uint8Array[]): string => hashes.map((h) => `${toBase64(h)}\n`).join('')

/** Hashes, one per line. @throws {TlogError} `malformed`, `too_large` more than 63 */
export function parseHashes(lines: readonly string[]): Uint8Array[] {
  if (lines.length > MOST_HASHES) throw new TlogError('too_large', `${lines.length} hashes of a proof`)
  return lines.map((line) => {
    const hash = fromBase64(line)
    if (hash?.length !== HASH_SIZE) throw malformed('a line of a proof is no base64 of 32 bytes')
    return hash
  })
}

/** Head and rest of a text around its first empty line. @throws {TlogError} `malformed` */
export function splitAtEmptyLine(text: string): { readonly head: readonly string[]; readonly rest: string } {
  const end = text.indexOf('\n\n')
  if (end < 0) throw malformed('the empty line before the checkpoint is missing')
  return { head: text.slice(0, end).split('\n'), rest: text.slice(end + 2) }
}
